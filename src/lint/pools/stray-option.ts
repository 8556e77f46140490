import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import { driversBelow } from '../../declarations/known-options.ts';
import type { DriverOptions } from '../../profiles/driver.ts';
import type { FileContext } from '../project.ts';

type Row = DriverOptions['unknownOptions']['does'][number];
/** What becomes of an option that nothing knows. */
export type StrayFate = Row['does'];

/** What a library does with an option that it does not know, by where it stands: `extra.acquireTimeout` goes to the driver. */
export function strayFate(name: string, pool: DeclaredPool, profiles: FileContext['profiles']): StrayFate {
  const profile = profiles.get(pool.library);
  if (!profile) return 'not known';
  const { does } = profile.unknownOptions;
  const within = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  const row = does.find(({ at }) => at === within) ?? does.find(({ at }) => at === undefined || !/^\w+$/.test(at));
  if (row?.does !== 'as the driver') return row?.does ?? 'not known';
  const to = profile.handsOn?.find(({ option }) => option === within)?.to ?? profile.wraps ?? [];
  const fates = driversBelow(pool, to).map((id) => {
    const last = name.slice(within.length === 0 ? 0 : within.length + 1);
    return profiles.has(id) ? strayFate(last, { ...pool, library: id }, profiles) : 'not known';
  });
  const [first = 'not known', ...others] = fates;
  return others.every((fate) => fate === first) ? first : 'not known';
}

const words: Readonly<Record<StrayFate, string>> = {
  ignored: 'ignores it and says nothing',
  warning: 'ignores it, with a line on stderr',
  error: 'refuses it with an error when the pool is made',
  'as the driver': 'hands it to the driver',
  'sent to the server': 'sends it to the server, which refuses the connection',
  'not known': 'has no such option',
};

/** "ignores it and says nothing": after the name of the library. */
export function strayWords(fate: StrayFate): string {
  return words[fate];
}

/** Whether the option can be taken away and nothing changes. */
export function doesNothing(fate: StrayFate): boolean {
  return fate === 'ignored' || fate === 'warning';
}
