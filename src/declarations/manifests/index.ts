import { isTerraformFile, readTerraform } from '../terraform/index.ts';
import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import { readCloudNativePg } from './cloudnative-pg.ts';
import { isComposeFile, readCompose } from './compose.ts';
import { isEcsFile, readEcs } from './ecs.ts';
import { withGoDriver } from './go-module.ts';
import { withGunicornFile } from './gunicorn-file.ts';
import { isKubernetesFile, readKubernetes } from './kubernetes.ts';
import { isKustomization } from './kustomize.ts';
import { isPgbouncerFile } from './pgbouncer.ts';
import { isPm2File, readPm2 } from './pm2.ts';
import type { PoolerInFiles } from './pooler.ts';
import { findPoolers } from './poolers.ts';
import { isServerlessFile, readServerless } from './serverless.ts';
import type { DeployedService } from './service.ts';
import { type DatabaseInFiles, databasesOfTerraform } from './terraform-databases.ts';
import { kubernetesOfTerraform } from './terraform-kubernetes.ts';
import { ecsOfTerraform, servicesOfTerraform } from './terraform-services.ts';

/** What the project's manifests say together. */
export interface Manifests {
  readonly services: readonly DeployedService[];
  readonly poolers: readonly PoolerInFiles[];
  readonly notes: readonly FileNote[];
  /** Managed servers that are made beside them. */
  readonly databases?: readonly DatabaseInFiles[];
}

const kinds = [
  isComposeFile,
  isKubernetesFile,
  isEcsFile,
  isServerlessFile,
  isPgbouncerFile,
  isTerraformFile,
  isPm2File,
  isKustomization,
];

/** Whether a file is one that `readManifests` reads; quick, so that all files of a project can be asked. */
export function mayBeManifest(file: string, text: string): boolean {
  return /\.(?:ya?ml|json|ini|tf|tfvars|[cm]?js)$/i.test(file) && kinds.some((isOne) => isOne({ file, text }));
}

/**
 * Reads docker-compose, Kubernetes, Helm, ECS, Terraform, serverless and PgBouncer files: pass all of the project, since
 * they complete each other. Never throws for what is in a file.
 */
export function readManifests(files: readonly TextFile[], read: ReadFile): Manifests {
  const compose = readCompose(files, read);
  const terraform = readTerraform(files);
  const kubernetes = readKubernetes(files, read, kubernetesOfTerraform(terraform.resources));
  const ecs = readEcs(files, ecsOfTerraform(terraform.resources));
  const serverless = readServerless(files);
  const pm2 = readPm2(files);
  const cluster = readCloudNativePg(kubernetes.objects);
  const running = [
    ...compose.services.map(({ service, container }) => ({ service, containers: [container] })),
    ...kubernetes.pods,
    ...ecs.tasks,
  ];
  const found = findPoolers(files, running);
  return {
    services: [
      ...running.map(({ service }) => service),
      ...serverless.services,
      ...servicesOfTerraform(terraform.resources),
      ...pm2.services,
      ...cluster.services,
    ].map((service) => withGunicornFile(withGoDriver(service, read), read)),
    poolers: [...found.poolers, ...cluster.poolers],
    databases: databasesOfTerraform(terraform.resources),
    notes: [compose, terraform, kubernetes, ecs, serverless, pm2, found].flatMap(({ notes }) => notes),
  };
}
