import type { EngineId } from '../base/engine.ts';
import type { DeclaredEntry, FileFormat } from '../declarations/entry.ts';

/** The text of a file beside the one that is read, by its path from there; undefined where there is none. */
export type ReadBeside = (path: string) => string | undefined;

/** A file, and the system whose settings it has where the file leaves that open. */
export interface ReadRequest {
  readonly text: string;
  /** As the user calls it. */
  readonly file: string;
  readonly from?: string | undefined;
  readonly engine?: EngineId | undefined;
  /** Which of several pools, by where they stand in the file: `production`, `spring.datasource.reports`. */
  readonly at?: readonly string[] | undefined;
  /** Profiles of Spring Boot that are active; `default` for none. */
  readonly springProfiles?: readonly string[] | undefined;
  /** For files that this one includes. Without it, they are refused. */
  readonly readBeside?: ReadBeside | undefined;
}

/** A file of settings, as entries. */
export interface SettingsText {
  readonly entries: readonly DeclaredEntry[];
  readonly format: FileFormat;
}
