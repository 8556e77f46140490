import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import { isComposeFile, readCompose } from './compose.ts';
import { isKubernetesFile, readKubernetes } from './kubernetes.ts';
import type { PoolerInFiles } from './pooler.ts';
import type { DeployedService } from './service.ts';

/** What the project's manifests say together. */
export interface Manifests {
  readonly services: readonly DeployedService[];
  readonly poolers: readonly PoolerInFiles[];
  readonly notes: readonly FileNote[];
}

/** Whether a file is one that `readManifests` reads; quick, so that all files of a project can be asked. */
export function mayBeManifest(file: string, text: string): boolean {
  return [isComposeFile, isKubernetesFile].some((isOne) => isOne({ file, text }));
}

/**
 * Reads docker-compose, Kubernetes, Helm's output, ECS, serverless and PgBouncer files: pass all of the project, since
 * they complete each other. Never throws for what is in a file.
 */
export function readManifests(files: readonly TextFile[], read: ReadFile): Manifests {
  const compose = readCompose(files, read);
  const kubernetes = readKubernetes(files);
  return {
    services: [...compose.services, ...kubernetes.pods].map(({ service }) => service),
    poolers: [],
    notes: [...compose.notes, ...kubernetes.notes],
  };
}
