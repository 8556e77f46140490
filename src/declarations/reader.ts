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

/** A further limit on the connections of the pool, which cuts it where it is less: `max_db_connections`. */
export interface FurtherLimit extends DeclaredEntry {
  /** Above 0. */
  readonly connections: number;
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
  /**
   * Nothing marks the file, and it cannot well be another's: `spring.datasource.url` makes a pool of HikariCP where it names
   * no other.
   */
  readonly isImplied?: true;
  /** The entry by which a request that finds no free connection is refused at once: `waitForConnections: false`. */
  readonly nobodyWaits?: DeclaredEntry;
  /** Why the file does not show how many connections there are, as where it turns the pool off. */
  readonly opaque?: string;
  readonly limits?: readonly FurtherLimit[];
  /** The entry that limits the clients of a pooler where it is another than the profile's option of `queueLimit`. */
  readonly clients?: readonly FurtherLimit[];
  /** How many pools with these settings the file makes, and what they are: `databases`, `nodes of the replication`. */
  readonly alike?: { readonly count: number; readonly what: string; readonly sharing?: string };
  /** What else is true of the pool and in no option: whole sentences, each with what to do. */
  readonly remarks?: readonly { readonly message: string; readonly hint: string }[];
}

/** What may help a reader beyond the file. */
export interface ReadContext {
  readonly file: string;
  readonly format: FileFormat;
  /** The headers of an ini file, also those with nothing below them. */
  readonly headers?: readonly string[];
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
  /** Its options are also those of systems that more people use: it leaves no doubt of those where they are all there is. */
  readonly yields?: true;
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
