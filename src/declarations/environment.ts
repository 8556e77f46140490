import type { Manifests } from './manifests/index.ts';
import type { TextFile } from './text-file.ts';
import type { Resolved } from './value.ts';

/** Variables of the environment, as the project's files set them: `.env*`, compose, Kubernetes, serverless. */
export interface Environment {
  /**
   * Every value that the files give it where this file's code runs, the nearest file first; empty where no file sets it.
   * Several values differ by environment or service, and are several answers. Examples (`.env.example`) are not among
   * them: they are no evidence of what runs.
   */
  valuesOf(name: string, fromFile: string): readonly Resolved[];
}

/** Whether a file's name is one that `environmentOf` reads: `.env`, `.env.production`, `production.env`. */
export function isEnvFile(_file: string): boolean {
  return false;
}

/** The environment that .env files and manifests set. Never throws for what is in a file. */
export function environmentOf(_envFiles: readonly TextFile[], _manifests: Manifests): Environment {
  return { valuesOf: () => [] };
}
