import type { Resolved } from './value.ts';

/** Variables of the environment, as the project's files set them: `.env*`, compose, Kubernetes, serverless. */
export interface Environment {
  /**
   * Every value that the files give it, the nearest file first; empty where no file sets it. Several values differ by
   * environment or service, and are several answers.
   */
  valuesOf(name: string, fromFile: string): readonly Resolved[];
}
