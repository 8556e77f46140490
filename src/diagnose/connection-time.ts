import type { Recording } from '../measurements/recording.ts';
import { type Nested, nestedSpan } from './nested.ts';
import type { Span } from './spans.ts';

/** Where the time of a pool's connections went, in connections x ms. */
export interface ConnectionTime {
  readonly fromMs: number;
  readonly toMs: number;
  /** limit x time. */
  readonly allMs: number;
  readonly leakedMs: number;
  /** Held by those who waited for another one. */
  readonly nestedMs: number;
  /** While the process stood still. */
  readonly stoppedMs: number;
  /** Not open yet, with requests waiting; the time of stops is in this too. */
  readonly connectingMs: number;
  /** Held by all others. */
  readonly workedMs: number;
  readonly asked: number;
  readonly returned: number;
}

interface Change {
  readonly atMs: number;
  readonly of: 'held' | 'leaked' | 'nested' | 'stopped' | 'connecting' | 'hanging' | 'waiting';
  readonly by: number;
}

/** Follows the pool from one moment to another; at each, a connection counts for the first of these that it is. */
export function connectionTime(
  recording: Recording,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  limit: number,
  parts: {
    readonly spans: readonly Span[];
    readonly leaked: readonly Span[];
    readonly nested: readonly Nested[];
  },
): ConnectionTime {
  const { spans, leaked, nested } = parts;
  const { connects, samples, stops } = recording;
  const isLeaked = new Set(leaked);
  const changes: Change[] = [];
  const add = (of: Change['of'], start: number, end: number, by = 1) => {
    if (!(start < end) || end <= fromMs || start >= toMs) return;
    changes.push({ atMs: Math.max(start, fromMs), of, by }, { atMs: Math.min(end, toMs), of, by: -by });
  };
  for (const span of spans) {
    add(isLeaked.has(span) ? 'leaked' : 'held', span.grantedMs, span.returnedMs);
    add('waiting', span.askedMs, span.waitedMs);
  }
  for (const { fromMs: start, toMs: end } of holdersWaiting(nested, isLeaked)) add('nested', start, end);
  for (const stop of stops) add('stopped', stop.fromMs, stop.toMs);
  for (const { startedMs, tookMs } of connects) add('connecting', startedMs, startedMs + tookMs);
  // One that never ends has no row; the samples before and after show it.
  for (const [index, { atMs, connecting = 0 }] of samples.entries()) {
    const next = samples[index + 1];
    if (next) add('hanging', atMs, next.atMs, Math.min(connecting, next.connecting ?? 0));
  }
  changes.sort((a, b) => a.atMs - b.atMs);

  const now = { held: 0, leaked: 0, nested: 0, stopped: 0, connecting: 0, hanging: 0, waiting: 0 };
  const sum = { leakedMs: 0, nestedMs: 0, stoppedMs: 0, connectingMs: 0, workedMs: 0 };
  let atMs = fromMs;
  for (const change of [...changes, { atMs: toMs, of: 'held', by: 0 } as const]) {
    const ms = change.atMs - atMs;
    if (now.stopped > 0) sum.stoppedMs += limit * ms;
    else {
      sum.leakedMs += now.leaked * ms;
      sum.nestedMs += now.nested * ms;
      sum.workedMs += Math.max(0, now.held - now.nested) * ms;
    }
    // Whether the process stood still or not: it is not said which of the two made them wait.
    const free = Math.max(0, limit - now.held - now.leaked);
    if (now.waiting > 0) sum.connectingMs += Math.min(free, Math.max(now.connecting, now.hanging)) * ms;
    now[change.of] += change.by;
    atMs = change.atMs;
  }
  return {
    ...{ fromMs, toMs, allMs: limit * (toMs - fromMs), ...sum },
    asked: spans.filter((span) => span.askedMs >= fromMs && span.askedMs <= toMs).length,
    returned: spans.filter((span) => span.returnedMs > fromMs && span.returnedMs <= toMs).length,
  };
}

/** Each connection once, however many its holder waits for. A leaked one counts as leaked. */
function holdersWaiting(nested: readonly Nested[], isLeaked: ReadonlySet<Span>) {
  const byHolder = new Map<Span, { fromMs: number; toMs: number }[]>();
  for (const one of nested) {
    if (isLeaked.has(one.holder)) continue;
    byHolder.set(one.holder, [...(byHolder.get(one.holder) ?? []), nestedSpan(one)]);
  }
  return [...byHolder.values()].flatMap(united);
}

/** Intervals without their overlaps. */
function united(intervals: { fromMs: number; toMs: number }[]): { fromMs: number; toMs: number }[] {
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of intervals.sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  return merged;
}
