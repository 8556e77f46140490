import type { Io } from '../../base/io.ts';
import { formatNumber } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { readInput } from '../../cli/input.ts';
import type { Sourced } from '../../cli/options.ts';
import { placeOf } from '../../cli/place.ts';
import type { PoolProfile } from '../../profiles/pool.ts';
import type { SizeInput } from '../../size/input.ts';
import type { Workload } from '../../size/workload.ts';
import type { Sources } from './sources.ts';

/** A profile that was asked for, with the name its values are cited by. */
export class NamedProfile {
  readonly name: string;
  readonly values: PoolProfile;

  constructor(name: string, values: PoolProfile) {
    this.name = name;
    this.values = values;
  }

  value<T>(key: string, pick: (values: PoolProfile) => T | undefined): Sourced<T> | undefined {
    const value = pick(this.values);
    return value === undefined ? undefined : { value, source: `profile ${this.name}: ${key}` };
  }
}

/** The profile that `--profile` names: a built-in one, a file, or standard input. */
export async function loadProfile(text: string | undefined, io: Io): Promise<NamedProfile | undefined> {
  if (text === undefined) return undefined;
  const place = placeOf(text, io);
  if (place === 'stdin' || place === 'file') {
    const input = await readInput(text, io);
    return new NamedProfile(place === 'stdin' ? 'stdin' : text, await parse(input.text, input.name));
  }
  return new NamedProfile(text, await (await import('../../profiles/load.ts')).poolProfile(text));
}

/** The YAML parser is loaded for a file of the user's only; shipped profiles come compiled. */
async function parse(text: string, file: string): Promise<PoolProfile> {
  return (await import('../../profiles/pool.ts')).parsePoolProfile(text, file);
}

/** The settings that a profile brings. */
export function gatherPreset(profile: NamedProfile | undefined, sources: Sources): NonNullable<SizeInput['preset']> {
  const preset = (path: string, key: keyof NonNullable<PoolProfile['settings']>) =>
    sources.take(
      `preset.${path}`,
      profile?.value(`settings.${key}`, ({ settings }) => settings?.[key]),
    );
  return withoutUndefined({
    connectionLimit: preset('connectionLimit', 'connectionLimit'),
    queueLimit: preset('queueLimit', 'queueLimit'),
    acquireTimeoutMs: preset('acquireTimeoutMs', 'acquireTimeout'),
    connectTimeoutMs: preset('connectTimeoutMs', 'connectTimeout'),
    queryTimeoutMs: preset('queryTimeoutMs', 'queryTimeout'),
  });
}

/** A warning when the load is not what the profile is made for. */
export function outsideOfProfile(profile: NamedProfile | undefined, workload: Workload, instances: number): Warning[] {
  const range = profile?.values.madeFor?.tps;
  const { arrivalRatePerSecond: rate, scope } = workload;
  if (!profile || !range || rate === undefined) return [];
  const tps = scope === 'fleet' ? rate / instances : rate;
  const { from = 0, to = Number.POSITIVE_INFINITY } = range;
  if (tps >= from && tps <= to) return [];
  const made = to === Number.POSITIVE_INFINITY ? `from ${from}` : `${from} to ${to}`;
  return [
    {
      code: 'PROFILE_OUTSIDE_RANGE',
      message: `The profile ${profile.name} is made for ${made} TPS of one instance; this load is ${formatNumber(tps)} TPS.`,
      hint: '`poolctl profiles list` shows the others.',
    },
  ];
}
