import type { PoolSettings } from '../core/input.ts';
import type { Warning } from '../core/steps.ts';

export type Engine = 'postgres' | 'mysql' | 'mariadb';

/** What a snippet is written from. */
export interface EmitInput {
  readonly settings: PoolSettings;
  /** Comment lines that say where the numbers come from. */
  readonly why: readonly string[];
  /** The server's engine, where it is known and the target is made for it. */
  readonly engine: Engine;
}

/** A setting of ours that a driver profile may lack. */
export type SettingName = 'queueLimit' | 'acquireTimeout' | 'connectTimeout' | 'queryTimeout';

/** One driver or ORM on one engine, as `--emit` writes it. */
export interface Target {
  readonly title: string;
  readonly language: string;
  readonly engines: readonly Engine[];
  /** The profile in profiles/drivers/ that knows this driver's options. */
  readonly driver: string;
  /** What the snippet does about the settings that the driver lacks. */
  readonly instead: Partial<Readonly<Record<SettingName, string>>>;
  render(input: EmitInput): string;
}

export interface Snippet {
  readonly target: string;
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

export interface Emitted {
  readonly snippets: readonly Snippet[];
  readonly warnings: readonly Warning[];
}
