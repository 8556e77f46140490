import type { RecordedAcquire, RecordedConnect, RecordedSample, Recording } from '../../src/measurements/recording.ts';
import { randomStreams } from '../../src/traffic/random.ts';

/** A load on a pool, as a recording of it would show. Times in ms. */
export interface MadeLoad {
  readonly limit: number;
  readonly durationMs: number;
  readonly ratePerSecond: (atMs: number) => number;
  /** Infinity for a connection that is never returned. */
  readonly holdMs: (atMs: number, uniform: () => number) => number;
  /** The share of the requests that ask for a second connection while they hold the first. */
  readonly nestedShare?: number;
  readonly knowsContexts?: boolean;
  readonly acquireTimeoutMs?: number;
  /** A pool that starts empty, and how long its connections take to open. */
  readonly connectMs?: (atMs: number) => number;
  /** When the event loop stands still: nothing is asked for, granted or released, until it ends. */
  readonly stops?: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly seed?: number;
}

interface Asked {
  readonly row: number;
  readonly holdMs: number;
  readonly isParent: boolean;
  readonly parent?: Asked;
}

type Event = readonly [atMs: number, happen: (atMs: number) => void];

/** What the recorder would have written: a small simulation of the pool, apart from the one of `src/simulate`. */
export function madeRecording(load: MadeLoad): Recording {
  const { limit, durationMs, stops = [], acquireTimeoutMs, connectMs } = load;
  const random = randomStreams(load.seed ?? 1);
  const uniform = () => random.holds.uniform();
  const acquires: (RecordedAcquire & { grantedMs?: number; askedMs: number })[] = [];
  const connects: RecordedConnect[] = [];
  const samples: RecordedSample[] = [];
  const events: Event[] = [];
  const line: Asked[] = [];
  let [open, connecting, idle, lastSampleMs] = [connectMs ? 0 : limit, 0, connectMs ? 0 : limit, 0];

  /** A callback that is due while the loop stands still comes when it ends. */
  const late = (atMs: number) => stops.find(({ fromMs, toMs }) => atMs > fromMs && atMs < toMs)?.toMs ?? atMs;
  const at = (atMs: number, happen: Event[1]) => {
    const due = late(atMs);
    const place = events.findIndex(([other]) => other > due);
    if (due <= durationMs) events.splice(place < 0 ? events.length : place, 0, [due, happen]);
  };
  const change = (row: number, changes: Partial<RecordedAcquire>) => {
    acquires[row] = { ...(acquires[row] as RecordedAcquire), ...changes };
  };

  const ask = (nowMs: number, isParent: boolean, parent?: Asked) => {
    const asked: Asked = {
      row: acquires.length,
      holdMs: load.holdMs(nowMs, uniform),
      isParent,
      ...(parent && { parent }),
    };
    acquires.push({
      ...{ askedMs: nowMs, waitMs: 0, outcome: 'waiting' as const },
      ...(load.knowsContexts && { holder: parent ? parent.row : ('none' as const) }),
      site: parent ? 'src/audit.ts:7' : 'src/orders.ts:12',
    });
    if (idle > 0) {
      idle -= 1;
      return grant(nowMs, asked);
    }
    line.push(asked);
    if (open + connecting < limit) connect(nowMs);
    if (acquireTimeoutMs !== undefined) at(nowMs + acquireTimeoutMs, (then) => giveUp(then, asked));
  };
  const connect = (nowMs: number) => {
    connecting += 1;
    at(nowMs + (connectMs?.(nowMs) ?? 1), (then) => {
      connects.push({ startedMs: nowMs, failed: false, tookMs: then - nowMs });
      [connecting, open] = [connecting - 1, open + 1];
      free(then);
    });
  };
  const grant = (nowMs: number, asked: Asked) => {
    const { row, holdMs, isParent, parent } = asked;
    const { askedMs = 0 } = acquires[row] ?? {};
    const waitMs = nowMs - askedMs;
    change(row, {
      waitMs,
      outcome: 'held',
    });
    if (isParent) at(nowMs + holdMs / 2, (then) => ask(then, false, asked));
    else
      at(nowMs + holdMs, (then) => {
        release(then, asked);
        if (parent) at(then + parent.holdMs / 2, (end) => release(end, parent));
      });
  };
  const release = (nowMs: number, { row }: Asked) => {
    const { askedMs = 0, waitMs = 0 } = acquires[row] ?? {};
    change(row, { useMs: nowMs - askedMs - waitMs, outcome: 'returned' });
    free(nowMs);
  };
  const free = (nowMs: number) => {
    const next = line.shift();
    if (next) grant(nowMs, next);
    else idle += 1;
  };
  const giveUp = (nowMs: number, asked: Asked) => {
    const place = line.indexOf(asked);
    if (place < 0) return;
    line.splice(place, 1);
    change(asked.row, { waitMs: nowMs - (acquires[asked.row]?.askedMs ?? 0), outcome: 'timeout' });
    // Its caller fails, and returns what it holds.
    const { parent } = asked;
    if (parent) at(nowMs + 0.5, (then) => release(then, parent));
  };
  const sample = (nowMs: number) => {
    const within = stops
      .filter(({ toMs }) => toMs > lastSampleMs && toMs <= nowMs)
      .map(({ fromMs, toMs }) => toMs - fromMs);
    samples.push({
      ...{ atMs: nowMs, used: open - idle, idle, connecting, pending: line.length, limit },
      lagMs: within.reduce((sum, stop) => sum + stop ** 2 / 2, 0) / Math.max(1, nowMs - lastSampleMs),
    });
    lastSampleMs = nowMs;
    at(nowMs + 1_000, sample);
  };
  const arrive = (nowMs: number) => {
    ask(nowMs, random.balancer.uniform() < (load.nestedShare ?? 0));
  };

  at(0, sample);
  const most = Math.max(
    ...Array.from({ length: 1_000 }, (_, slice) => load.ratePerSecond((slice * durationMs) / 1_000)),
  );
  for (let atMs = 0; atMs < durationMs; atMs += (random.arrivals.exponential() * 1_000) / most) {
    if (atMs > 0 && random.arrivals.uniform() < load.ratePerSecond(atMs) / most) at(atMs, arrive);
  }
  for (let next = events.shift(); next; next = events.shift()) next[1](next[0]);
  sample(durationMs);
  return {
    ...{ startedAt: '2026-11-29T09:00:00.000Z', durationMs, reason: 'asked', overwritten: 0, connects, samples },
    stops: stops.filter(({ toMs }) => toMs <= durationMs),
    pool: { name: 'made', library: 'pg' },
    acquires: acquires.map((acquire) =>
      acquire.outcome === 'waiting' ? { ...acquire, waitMs: durationMs - acquire.askedMs } : acquire,
    ),
  };
}
