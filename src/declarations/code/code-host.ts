import type { Environment } from '../environment.ts';

/** What the analysis of a file may ask about the project around it; paths are relative to its root, with `/`. */
export interface CodeHost {
  /** The text of a file; undefined where it cannot be read as text. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
  /** Without it, variables of the environment have the defaults that the code gives them, or are unknown. */
  readonly environment?: Environment;
  /** The version of a package by the lock file that holds for a file, without a range. */
  versionOf?(packageName: string, fromFile: string): string | undefined;
}
