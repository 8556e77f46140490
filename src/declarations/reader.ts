import type { EngineId } from '../base/engine.ts';
import type { Settable } from './concepts.ts';
import type { DeclaredEntry, FileFormat } from './entry.ts';
import type { KnownOption } from './options.ts';
import type { TextFile } from './text-file.ts';

/** An entry that belongs to the system, with the name that the system's profile has for it. */
export interface PickedOption extends DeclaredEntry {
  readonly name: string;
  /** Why it does nothing where it stands. */
  readonly misplaced?: string;
}

/** A setting that the pool itself has no option for: the JDBC driver's, or SQL for the start of a session. */
export interface DirectSetting extends DeclaredEntry {
  readonly concept: Settable;
  readonly unit: NonNullable<KnownOption['unit']>;
  readonly ms: number;
}

/** The part of a file that is one system's. */
export interface Picked {
  /** The profile that knows the options. */
  readonly driver: string;
  /** The id of the driver below an ORM. */
  readonly inUse?: string;
  readonly engine?: EngineId;
  /** The file names the system: `spring.datasource.hikari`, `[pgbouncer]`. */
  readonly isMarked: boolean;
  readonly options: readonly PickedOption[];
  readonly direct?: readonly DirectSetting[];
}

/** What may help a reader beyond the file. */
export interface ReadContext {
  readonly file: string;
  readonly format: FileFormat;
  /** The names of options by profile, to recognize them in other spellings. */
  readonly namesOf: (driver: string) => readonly string[];
  readonly engine?: EngineId | undefined;
}

/** A part of a file that has a pool of its own: `production`, `datasource.reports`, `pools.main`. */
export interface PoolSection {
  /** What `--at` calls it; empty where it is the whole file. */
  readonly at: string;
  /** With keys as they are below it. */
  readonly entries: readonly DeclaredEntry[];
}

/** Finds the settings of one system in a file. */
export interface Reader {
  readonly title: string;
  /**
   * Whether a file of a project is one of this system, by its name and a quick look, for lint and fleet, which ask it of
   * every file. Left out where only `convert` reads it.
   */
  readonly claims?: (file: TextFile) => boolean;
  /** What makes the pool, as findings call it: `database.yml`, `quarkus.datasource`. */
  readonly made?: string;
  /**
   * Where a file of this system has its pools, if it has several or one below other keys. Left out: the file as a whole, or
   * else each object in it for which `pick` finds a mark.
   */
  sections?(entries: readonly DeclaredEntry[], context: ReadContext): readonly PoolSection[];
  readonly formats: readonly FileFormat[];
  /** Every profile that `pick` may choose. */
  readonly drivers: readonly string[];
  /** Profiles of other systems that have options of the same names, with other meanings or defaults. */
  readonly rivals?: readonly string[];
  /** The prefix of options that an ORM hands to its driver: `extra.`. */
  readonly wrapped?: { readonly prefix: string; readonly drivers: Readonly<Record<string, string>> };
  /** Whether `10s` is understood besides `10000`. */
  readonly hasSuffixes?: boolean;
  /** Whether numbers and text differ, as in the options of a Node driver. */
  readonly isTyped?: boolean;
  /** Keys of the address and the login; snippets have these by reference. `connection.*` is all below it. */
  readonly login: readonly string[];
  /** Options that are no setting of a pool, and what each does: "it ...". */
  readonly others: Readonly<Record<string, string>>;
  pick(entries: readonly DeclaredEntry[], context: ReadContext): Picked;
}

/** Whether one of the names, or of the patterns that end in `*`, means this one. */
export function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((candidate) =>
    candidate.endsWith('*') ? name.startsWith(candidate.slice(0, -1)) : candidate === name,
  );
}
