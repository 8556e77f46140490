import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import type { PoolerInFiles } from './pooler.ts';
import type { DeployedService } from './service.ts';

/** What the project's manifests say together. */
export interface Manifests {
  readonly services: readonly DeployedService[];
  readonly poolers: readonly PoolerInFiles[];
  readonly notes: readonly FileNote[];
}

/** Whether a file is one that `readManifests` reads; quick, so that all files of a project can be asked. */
export function mayBeManifest(_file: string, _text: string): boolean {
  return false;
}

/**
 * Reads docker-compose, Kubernetes, Helm's output, ECS, serverless and PgBouncer files: pass all of the project, since
 * they complete each other. Never throws for what is in a file.
 */
export function readManifests(_files: readonly TextFile[], _read: ReadFile): Manifests {
  return { services: [], poolers: [], notes: [] };
}
