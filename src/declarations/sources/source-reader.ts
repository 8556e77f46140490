import type { DeclaredPool } from '../declared-pool.ts';
import type { Environment } from '../environment.ts';
import type { ReadFile, TextFile } from '../text-file.ts';

/** What may help to follow a value out of a file of code. */
export interface SourceAround {
  readonly environment: Environment;
  readonly read: ReadFile;
}

/** Reads pools out of one programming language, as far as literals, constants and the environment tell. */
export interface SourceReader {
  /** As users call it: `Go`. */
  readonly language: string;
  /** Whether a file may make a pool, by its name and a quick look, so that every file of a project can be asked. */
  claims(file: TextFile): boolean;
  /** Never throws for what is in a file; what cannot be resolved is unknown, and never a default. */
  pools(file: TextFile, around: SourceAround): readonly DeclaredPool[];
}
