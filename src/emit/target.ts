import type { EngineId } from '../base/engine.ts';
import type { Warning } from '../base/warning.ts';
import type { FileFormat } from '../declarations/entry.ts';
import type { DriverExcess } from '../size/driver-facts.ts';
import type { PoolSettings } from '../size/input.ts';

/** What a snippet is written from. */
export interface EmitInput {
  readonly settings: PoolSettings;
  /** Comment lines that say where the numbers come from. */
  readonly why: readonly string[];
  /** The server's engine, where it is known and the target is made for it. */
  readonly engine: EngineId;
  /** Mean connections of one pool in use, where the load is known. */
  readonly inUse?: number;
  /** Pools and instances, for targets that speak of all of them: Kubernetes, PgBouncer. */
  readonly fleet: EmitFleet;
  /** The driver's version, where the user told it: `[3, 10]`. */
  readonly driverVersion?: readonly [major: number, minor: number];
}

/** The fleet that snippets speak of. Counts are of the whole fleet unless named otherwise. */
export interface EmitFleet {
  /** In normal running. */
  readonly instances: number;
  readonly processesPerInstance: number;
  /** Connections of all pools at the worst minute of a roll-out. */
  readonly connections: number;
  /** Nobody said how many instances there are, or how they are rolled out. */
  readonly isAssumed?: true;
}

/** A setting of ours that a driver profile may lack. */
export type SettingName = 'queueLimit' | 'acquireTimeout' | 'connectTimeout' | 'queryTimeout';

/** One driver or ORM on one engine, as `--emit` writes it. */
export interface Target {
  readonly title: string;
  /** The code block's language: `ts` for code of Node, which can be written as js and cjs too; else `yaml`, `ini`, `properties` … */
  readonly language: string;
  readonly engines: readonly EngineId[];
  /** The profile in profiles/drivers/ that knows this driver's options. */
  readonly driver: string;
  /** The profile of what the program calls, where that has a behaviour of its own: an ORM on the driver. */
  readonly behavesAs?: string;
  /** It stands between the pools and the server: its connections are not those of the pool that is sized. */
  readonly isPooler?: true;
  /** Where an option that the snippet has not is written, if not under the names of `driver`. */
  readonly options?: OptionsPlace;
  /** Whether the driver has a setting on these engines, where its profile, which speaks of all, says otherwise. */
  readonly has?: Partial<Readonly<Record<SettingName, boolean>>>;
  /** What the snippet does about the settings that the driver lacks. */
  readonly instead: Partial<Readonly<Record<SettingName, string>>>;
  /** What the snippet sets of the options on which the behaviour of its driver depends; none where left out. */
  readonly sets?: (input: EmitInput) => OptionsSet;
  /** Ways of exceeding the limit that no option prevents, and the snippet does. */
  readonly prevents?: readonly DriverExcess['by'][];
  /** Whether the snippet refuses at once where nobody may wait (`nobodyWaits`); `emit` warns of each target that does not. */
  readonly refusesAtOnce?: true;
  render(input: EmitInput): string;
  /** The target for a version of the driver that has other options; undefined where this one fits. */
  atVersion?(version: NonNullable<EmitInput['driverVersion']>): Target | undefined;
  /** What the user would otherwise miss of this snippet, beside settings that the driver lacks. */
  warnings?(input: EmitInput): readonly Warning[];
  /** Where the settings can go into a file that has others too; left out for code. */
  readonly inFile?: SettingsFile;
}

/**
 * Options of a driver by name, without a path to them: `{ minimumIdle: 3 }`. Variables that it sets in each session are among
 * them. Connections, or a time in ms.
 */
export type OptionsSet = Readonly<Record<string, number>>;

/** Where further options of a target go, and what they are called there. */
export interface OptionsPlace {
  /** The profile that has the names: of an ORM that hands its options on. */
  readonly profile?: string;
  /** The id of the driver below it, where it can have several. */
  readonly driver?: string;
  /** What stands before a name, which is in kebab case then: `spring.datasource.hikari.`. */
  readonly prefix?: string;
  /** Options of the profile that begin so do nothing in this snippet. */
  readonly lacks?: string;
  /** The call that takes them, where the target itself has no options of a pool: `createPool() of mysql2`. */
  readonly place?: string;
}

/** A file of settings that a target's can be put into, line by line. */
export interface SettingsFile {
  readonly format: FileFormat;
  /** The `[section]` of an ini file that they belong in. */
  readonly section?: string;
  /** Their block in a file of Spring Boot, which takes keys in several spellings: `hikari` below spring.datasource. */
  readonly springBlock?: string;
  assignments(input: EmitInput): readonly Assignment[];
}

/** One of our settings as a file of settings has it. */
export interface Assignment {
  /** From the top of the file; in a file of lines, joined with dots. */
  readonly path: readonly string[];
  readonly value: string | number;
  /** The setting that it follows from: not given, not written. */
  readonly of: keyof PoolSettings;
  /** For the reader of a snippet. */
  readonly note?: string;
  /** Whether it may take the place of the value that the file has; always, where left out. */
  readonly replaces?: (value: string) => boolean;
  /** It only goes with the setting, which is said without it too. */
  readonly isAside?: true;
}

/** Config of one pool for one target, ready to be written to a file. */
export interface Snippet {
  readonly target: string;
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

/** Snippets, and warnings of what their drivers cannot do. */
export interface Emitted {
  readonly snippets: readonly Snippet[];
  readonly warnings: readonly Warning[];
}
