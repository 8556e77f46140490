import type { RecordedStop, Recording } from '../measurements/recording.ts';
import { type ConnectionTime, connectionTime } from './connection-time.ts';
import type { TimeShares } from './diagnosis.ts';
import { leakedSpans } from './leaked.ts';
import { type Nested, nestedByFailures, nestedOf } from './nested.ts';
import { type Span, spansOf } from './spans.ts';
import { type WaitingStretch, worstStretch } from './stretch.ts';
import { type Usual, usualLoad } from './usual.ts';

/** The least that is looked at of a stretch, in usual holds: in less than that, chance decides who comes and who returns. */
const shortestHolds = 3;

/** All that a verdict looks at. */
export interface Scene {
  readonly recording: Recording;
  readonly spans: readonly Span[];
  readonly limit: number;
  readonly stretch?: WaitingStretch | undefined;
  readonly usual?: Usual | undefined;
  readonly leaked: readonly Span[];
  readonly nested: readonly Nested[];
  /** Whether `nested` are all that there were. */
  readonly knowsContexts: boolean;
  /** From the beginning of the stretch until the most waited; a stop of the process that led to it included. */
  readonly time?: ConnectionTime | undefined;
  readonly shares?: TimeShares | undefined;
}

export function sceneOf(recording: Recording): Scene {
  const { durationMs, stops } = recording;
  const spans = spansOf(recording);
  const known = nestedOf(spans);
  const own = known ?? [];
  const roughly = usualLoad(spans, own, durationMs);
  const stretch = worstStretch(spans, durationMs, roughly?.holdMs ?? 0);
  const usual = stretch ? usualLoad(spans, own, durationMs, stretch) : roughly;
  const leaked = leakedSpans(spans, own, durationMs);
  const limit = limitOf(recording, stretch);
  if (!stretch)
    return { recording, spans, limit, usual, leaked, ...{ nested: own, knowsContexts: known !== undefined } };
  const usualHoldMs = usual?.holdMs ?? 0;
  const nested = known ?? nestedByFailures(spans, stretch, { usualHoldMs, endMs: durationMs });
  const fromMs = Math.min(stretch.fromMs, stopBefore(stops, stretch.fromMs)?.fromMs ?? Infinity);
  const toMs = Math.max(stretch.peakMs, Math.min(stretch.toMs, fromMs + shortestHolds * usualHoldMs));
  const time = connectionTime(recording, { fromMs, toMs }, limit, { spans, leaked, nested });
  const lagMs = lagOf(recording, time);
  const seen = { leaked, nested, knowsContexts: known !== undefined };
  return { recording, spans, limit, stretch, usual, ...seen, time, shares: sharesOf(time, usual, lagMs) };
}

/** The largest that it was while requests waited; of a pool without one, the most connections that were out. */
function limitOf({ samples, durationMs }: Recording, stretch: WaitingStretch | undefined): number {
  const { fromMs = 0, toMs = durationMs } = stretch ?? {};
  const inside = samples.filter(({ atMs }) => atMs >= fromMs - 1_500 && atMs <= toMs + 1_500);
  const limits = inside.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  const sizes = samples.map(({ used, connecting = 0 }) => used + connecting);
  return Math.max(1, ...(limits.length > 0 ? limits : sizes));
}

/** What a stop held up comes at once when it ends, and begins to wait then. */
function stopBefore(stops: readonly RecordedStop[], atMs: number): RecordedStop | undefined {
  const soonMs = 20;
  return stops.find(({ fromMs, toMs }) => fromMs < atMs && toMs >= atMs - soonMs);
}

/** How late callbacks were in that time beside its stops, in ms. A stop of d ms makes them late by d / 2, for d ms. */
function lagOf({ samples, stops }: Recording, { fromMs, toMs }: ConnectionTime): number {
  let [allMs, lateMs] = [0, 0];
  for (const [index, { atMs, lagMs }] of samples.entries()) {
    const sinceMs = samples[index - 1]?.atMs ?? 0;
    if (atMs <= fromMs || sinceMs >= toMs) continue;
    allMs += atMs - sinceMs;
    lateMs += (atMs - sinceMs) * lagMs;
    for (const stop of stops)
      if (stop.toMs > sinceMs && stop.toMs <= atMs) lateMs -= (stop.toMs - stop.fromMs) ** 2 / 2;
  }
  return allMs > 0 ? Math.max(0, lateMs / allMs) : 0;
}

/**
 * Useful is what the returned connections would have taken at their usual holds. A callback comes late when a statement is
 * answered, so that much of each hold is the process's and not the database's.
 */
function sharesOf(time: ConnectionTime, usual: Usual | undefined, lagMs: number): TimeShares {
  const { allMs, leakedMs, nestedMs, stoppedMs, connectingMs, workedMs, asked, returned } = time;
  const share = (ms: number) => (allMs > 0 ? Math.max(0, ms) / allMs : 0);
  const usefulMs = Math.min(workedMs, returned * (usual?.mostHoldMs ?? 0));
  const lateMs = Math.min(workedMs - usefulMs, returned * lagMs);
  const slowerMs = isMoreThanChance(workedMs, returned, usual) ? workedMs - usefulMs - lateMs : 0;
  return {
    working: share(usefulMs),
    leaked: share(leakedMs),
    nested: share(nestedMs),
    stopped: share(stoppedMs + lateMs),
    connecting: share(connectingMs),
    slower: share(slowerMs),
    excess: share(asked * (usual?.holdMs ?? 0) - allMs),
  };
}

/** Whether so few returns of so much connection time could be by chance: Poisson, with 2.5 standard deviations. */
function isMoreThanChance(workedMs: number, returned: number, usual: Usual | undefined): boolean {
  const expected = workedMs / (usual?.mostHoldMs ?? Infinity);
  return expected - returned > 2.5 * Math.sqrt(expected);
}
