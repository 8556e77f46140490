import type { Io } from '../../base/io.ts';
import { formatNumber } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import { placeOf } from '../../cli/place.ts';
import type { PoolProfile } from '../../profiles/pool.ts';
import type { Workload } from '../../size/workload.ts';

/** A profile that was asked for, with the name its values are cited by. */
export interface NamedProfile {
  readonly name: string;
  readonly values: PoolProfile;
}

/** The profile that `--profile` names: a built-in one, a file, or standard input. */
export async function loadProfile(text: string | undefined, io: Io): Promise<NamedProfile | undefined> {
  if (text === undefined) return undefined;
  const place = placeOf(text, io);
  if (place === 'stdin' || place === 'file') {
    const input = await (await import('../../cli/input.ts')).readInput(text, io);
    return { name: place === 'stdin' ? 'stdin' : text, values: await parse(input.text, input.name) };
  }
  return { name: text, values: await (await import('../../profiles/load.ts')).poolProfile(text) };
}

/** The YAML parser is loaded for a file of the user's only; shipped profiles come compiled. */
async function parse(text: string, file: string): Promise<PoolProfile> {
  return (await import('../../profiles/pool.ts')).parsePoolProfile(text, file);
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
