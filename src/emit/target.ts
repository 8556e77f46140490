import type { EngineId } from '../base/engine.ts';
import type { Warning } from '../base/warning.ts';
import type { PoolSettings } from '../size/input.ts';

/** What a snippet is written from. */
export interface EmitInput {
  readonly settings: PoolSettings;
  /** Comment lines that say where the numbers come from. */
  readonly why: readonly string[];
  /** The server's engine, where it is known and the target is made for it. */
  readonly engine: EngineId;
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
  /** Whether the driver has a setting on these engines, where its profile, which speaks of all, says otherwise. */
  readonly has?: Partial<Readonly<Record<SettingName, boolean>>>;
  /** What the snippet does about the settings that the driver lacks. */
  readonly instead: Partial<Readonly<Record<SettingName, string>>>;
  render(input: EmitInput): string;
  /** The target for a version of the driver that has other options; undefined where this one fits. */
  atVersion?(version: NonNullable<EmitInput['driverVersion']>): Target | undefined;
  /** Puts the settings of a snippet into a file that has others, and loses nothing of it; left out where it cannot. */
  merge?(existing: string, snippet: string, file: string): Promise<string>;
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
