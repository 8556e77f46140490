import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { PoolLimits } from '../../base/pool-notation.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { placeOf } from '../../cli/place.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { SplitBy } from '../../queueing/split.ts';
import { probeVariables } from './flags.ts';

/** The settings to verify, with the load they were made for where the file knows it. */
export interface SettingsFound {
  readonly pool: PoolLimits;
  /** Of one pool. */
  readonly ratePerSecond?: number;
  /** How many such pools the settings are for, and how requests find theirs where that is not by lot. */
  readonly pools?: number;
  readonly splitBy?: SplitBy;
  readonly law?: HoldLaw;
}

/** An answer of `size`, or any config that `convert` can read. @throws PoolctlError INPUT_INVALID, INPUT_UNREADABLE */
export async function readSettings(file: string, read: ReadOption, io: Io): Promise<SettingsFound> {
  if (placeOf(file, io) === 'dsn') throw serverAsSettings();
  const { text, name } = await readInput(file, io);
  return /"schema"\s*:\s*"poolctl\./.test(text) ? sized(text, name) : config(text, name, read);
}

function serverAsSettings(): PoolctlError {
  return new PoolctlError('INPUT_INVALID', '--verify wants a file of settings, and got a DSN.', {
    hint: 'Name the server first, then the file: poolctl probe <dsn> --verify settings.json.',
  });
}

async function sized(text: string, file: string): Promise<SettingsFound> {
  const { parseSizedLoad } = await import('../../size/document-load.ts');
  const { connectionLimit, queueLimit, acquireTimeoutMs, load, outlook, fleet } = parseSizedLoad(text, file);
  const { meanMs, scv, law = lognormalOf(meanMs, scv) } = outlook.hold;
  return {
    pool: { connectionLimit, ...limits(queueLimit, acquireTimeoutMs) },
    ratePerSecond: load.poolArrivalRatePerSecond * load.connectionsPerRequest,
    law,
    ...withoutUndefined({ pools: fleet?.normal.pools, splitBy: load.split?.splitBy }),
  };
}

async function config(text: string, file: string, read: ReadOption): Promise<SettingsFound> {
  const { readPool } = await import('../../convert/run.ts');
  const engine = read(probeVariables.engine)?.value;
  const { settings } = await readPool({ text, file, engine });
  const { connectionLimit, queueLimit, nobodyWaits, acquireTimeoutMs } = settings;
  return {
    pool: { connectionLimit, ...limits(queueLimit, acquireTimeoutMs), ...(nobodyWaits && { queueLimit: 0 }) },
  };
}

/** In settings, 0 is no limit. */
function limits(queueLimit: number, acquireTimeoutMs: number) {
  return withoutUndefined({ queueLimit: queueLimit || undefined, acquireTimeoutMs: acquireTimeoutMs || undefined });
}

/** The law of that mean and spread, where the document has no better one. */
function lognormalOf(meanMs: number, scv: number): HoldLaw {
  const variance = Math.log(1 + scv);
  return { kind: 'lognormal', medianMs: meanMs * Math.exp(-variance / 2), sigma: Math.sqrt(variance) };
}
