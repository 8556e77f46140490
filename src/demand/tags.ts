/** What a value of an answer is: a figure of `InstanceFigures`, or what describes the answer itself. */
const rowTags = [
  ...['attempts', 'acquired', 'transactions', 'uses', 'use', 'queued', 'acquiring', 'timedOut', 'refused'],
  ...[
    'inUse',
    'inUseLeast',
    'inUseMost',
    'idleLeast',
    'waiting',
    'waitingMost',
    'limit',
    'restarts',
    'readings',
    'recentReadings',
  ],
  ...['bucket', 'native', 'meanHold', 'window', 'fleet'],
] as const;

export type RowTag = (typeof rowTags)[number];

export const isRowTag = (text: string): text is RowTag => (rowTags as readonly string[]).includes(text);

/** Units of time by the name that a tag has, in ms. */
export const unitsMs: Readonly<Record<string, number>> = {
  seconds: 1_000,
  milliseconds: 1,
  microseconds: 1e-3,
  nanoseconds: 1e-6,
};

/** The name of such a unit. */
export function timeUnitOf(ms: number): string {
  return Object.entries(unitsMs).find(([, length]) => length === ms)?.[0] ?? 'seconds';
}
