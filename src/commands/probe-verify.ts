import type { HoldLaw } from '../core/hold-law.ts';
import { known } from '../core/known.ts';
import type { Io } from '../io.ts';
import type { ProbedPool } from '../probe/result.ts';
import { readText } from './files.ts';
import { parseChoice, type ReadOption } from './options.ts';
import { readStdin } from './stdin.ts';

/** The settings to verify, with the load they were made for where the file knows it. */
export interface SettingsFound {
  readonly pool: ProbedPool;
  readonly ratePerSecond?: number;
  readonly law?: HoldLaw;
}

/** An answer of `size`, or any config that `convert` can read. @throws PoolctlError INPUT_INVALID, INPUT_UNREADABLE */
export async function readSettings(file: string, read: ReadOption, io: Io): Promise<SettingsFound> {
  const text = file === '-' ? await readStdin(io) : readText(file, io);
  const name = file === '-' ? '<stdin>' : file;
  return /"schema"\s*:\s*"poolctl\./.test(text) ? sized(text, name) : config(text, name, read);
}

async function sized(text: string, file: string): Promise<SettingsFound> {
  const { parseSizedLoad } = await import('../inputs/sized-load.ts');
  const { connectionLimit, queueLimit, acquireTimeoutMs, load, outlook } = parseSizedLoad(text, file);
  const { meanMs, scv, law = lognormalOf(meanMs, scv) } = outlook.hold;
  return {
    pool: { connectionLimit, ...limits(queueLimit, acquireTimeoutMs) },
    ratePerSecond: load.poolArrivalRatePerSecond * load.connectionsPerRequest,
    law,
  };
}

async function config(text: string, file: string, read: ReadOption): Promise<SettingsFound> {
  const { readPool } = await import('../convert/run.ts');
  const engine = read('engine', parseChoice(['postgres', 'mysql', 'mariadb']))?.value;
  const { settings } = await readPool({ text, file, engine });
  const { connectionLimit, queueLimit, acquireTimeoutMs } = settings;
  return { pool: { connectionLimit, ...limits(queueLimit, acquireTimeoutMs) } };
}

/** In settings, 0 is no limit. */
function limits(queueLimit: number, acquireTimeoutMs: number) {
  return known({ queueLimit: queueLimit || undefined, acquireTimeoutMs: acquireTimeoutMs || undefined });
}

/** The law of that mean and spread, where the document has no better one. */
function lognormalOf(meanMs: number, scv: number): HoldLaw {
  const variance = Math.log(1 + scv);
  return { kind: 'lognormal', medianMs: meanMs * Math.exp(-variance / 2), sigma: Math.sqrt(variance) };
}
