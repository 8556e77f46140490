import { withoutUndefined } from '../base/without-undefined.ts';
import type { Settable } from './concepts.ts';
import { type DeclaredEntry, shownKey } from './entry.ts';
import {
  type Beside,
  type FoundSetting,
  foundBase,
  mainOptionOf,
  type Outcome,
  readSetting,
  type SettingCandidate,
  type Source,
  type Unkept,
} from './found-setting.ts';
import type { FurtherLimit } from './reader.ts';
import { defaultOf } from './setting.ts';
import { anyNumberOfClients } from './vocabulary/statement-limit.ts';

/** The least of the limits decides; the others are named. */
export function leastLimit(pool: FoundSetting, limits: readonly FurtherLimit[]): Outcome {
  const [least] = [...limits].sort((a, b) => a.connections - b.connections);
  const decides = least && least.connections < pool.value ? least : undefined;
  const said = decides ? shownKey(decides.key) : shownKey(pool.key ?? 'the default');
  const unkept = limits
    .filter((limit) => limit !== decides && limit.connections > (decides?.connections ?? pool.value))
    .map((entry): Unkept => {
      const why = `${entry.connections} is no less than ${said}, which decides`;
      return { entry, option: { concept: 'connectionLimit', name: entry.key }, why };
    });
  if (!decides) return { found: pool, unkept };
  return { found: { ...cut(pool, decides.connections), key: decides.key, line: decides.line, from: 'file' }, unkept };
}

function cut({ key, value, setting, unit, lessThan }: FoundSetting, connections: number): Omit<FoundSetting, 'from'> {
  const before = key === undefined ? `the default of ${value}` : `${shownKey(key)} ${value}`;
  return { setting, unit, value: connections, written: connections, lessThan: lessThan ?? before };
}

/** Where clients are counted and not those who wait: how many of them the pool leaves waiting. */
export function waitersOf(
  found: ReadonlyMap<Settable, FoundSetting>,
  own: readonly SettingCandidate[],
  { clients = [], nobodyWaits }: Beside,
  source: Source,
): Outcome[] {
  if (nobodyWaits) return [{ found: noWaiting(nobodyWaits), unkept: [] }];
  const pool = found.get('connectionLimit');
  const most = mostClients(own, clients, source);
  if (!pool || !most || most.value >= anyNumberOfClients) return [];
  const { value, key, line } = most;
  const place = withoutUndefined({ key, line });
  const from = key === undefined ? ('default' as const) : ('file' as const);
  if (value > pool.value) {
    const queue = {
      ...foundBase('queueLimit', value - pool.value),
      ...place,
      from,
      written: value,
      writtenUnit: 'clients',
    };
    return [{ found: queue, unkept: [] }];
  }
  const none = {
    ...foundBase('queueLimit', 0),
    isNone: true as const,
    ...place,
    from,
    written: value,
    writtenUnit: 'clients',
  };
  return [
    { found: none, unkept: [] },
    ...(value < pool.value ? [{ found: { ...cut(pool, value), ...place, from }, unkept: [] }] : []),
  ];
}

/** The least of the limits on clients; the default of the main one where the file has none. */
function mostClients(
  own: readonly SettingCandidate[],
  clients: readonly FurtherLimit[],
  source: Source,
): { value: number; key?: string; line?: number } | undefined {
  const main = mainOptionOf('queueLimit', source);
  if (clients.length === 0 && main?.unit !== 'clients') return undefined;
  const given = own.flatMap((candidate) => readSetting(candidate, source) ?? []);
  const written = given.flatMap(({ entry, meaning }) =>
    meaning.kind === 'amount' && meaning.amount > 0
      ? [{ value: meaning.amount, key: entry.key, line: entry.line }]
      : [],
  );
  const standard = main?.unit === 'clients' ? defaultOf(main, source.version) : undefined;
  const all = [
    ...written,
    ...clients.map(({ connections, key, line }) => ({ value: connections, key, line })),
    ...(given.length === 0 && standard?.kind === 'amount' ? [{ value: standard.amount }] : []),
  ];
  return all.sort((a, b) => a.value - b.value)[0];
}

/** The queue of a pool in which nobody may wait, by an entry that says so. */
export function noWaiting(entry: DeclaredEntry): FoundSetting {
  return { ...foundBase('queueLimit', 0), isNone: true, from: 'file', key: entry.key, line: entry.line };
}

/** Whether these words of a profile say that a request is refused where it would wait. */
export function saysAtOnce(words: string): boolean {
  return saidAtOnce.test(words);
}

/** A limit of 0 by which a request fails at once where it would wait: maxWaitMillis of DBCP 2, maxWaitingClients. */
export function refusesAtOnce(candidates: readonly SettingCandidate[], source: Source): DeclaredEntry | undefined {
  return candidates.find((candidate) => {
    const { concept } = candidate.option;
    if (concept !== 'queueLimit' && concept !== 'acquireTimeout') return false;
    const meaning = readSetting(candidate, source)?.meaning;
    return meaning?.kind === 'words' && saysAtOnce(meaning.words);
  })?.entry;
}

const saidAtOnce = /^(?:fails|refuses|throws) at once/;
