import type { DeclaredPool } from '../declarations/declared-pool.ts';
import type { Environment } from '../declarations/environment.ts';
import type { Manifests } from '../declarations/manifests/index.ts';
import type { DriverOptions } from '../profiles/driver.ts';
import type { LintFacts } from '../profiles/lint-facts.ts';
import type { LintConfig } from './config.ts';

/** What files can be asked about; reads nothing outside the project, runs nothing of it, and is synchronous. */
export interface ProjectFiles {
  /** The text of a file, by its path relative to the root; undefined where it cannot be read as text. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
  /** Why a file could not be read. */
  whyNot?(file: string): string | undefined;
}

/** What a rule may know beside the file in hand. */
export interface FileContext {
  readonly config: LintConfig;
  readonly profiles: ReadonlyMap<string, DriverOptions>;
  /** Known bugs of libraries, and packages with connections of their own. */
  readonly facts: LintFacts;
  readonly files: ProjectFiles;
  readonly environment: Environment;
  readonly manifests: Manifests;
  /** In an audit, objects of a library are taken for what they are called, too. */
  readonly isAudit?: boolean;
  /** The version of a package by the lock file that holds for this file, without a range. */
  versionOf(packageName: string): string | undefined;
}

/** Everything that one run has read. */
export interface Project extends Omit<FileContext, 'versionOf'> {
  readonly pools: readonly DeclaredPool[];
  /** Every file of the project that is not ignored, whatever its kind, relative to the root. */
  readonly paths: readonly string[];
  /** The folder that all paths are below, with a `/` behind it, where they are not relative to it. */
  readonly root?: string;
}
