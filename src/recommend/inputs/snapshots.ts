import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { nonNegative, object, optional, safeText } from '../../documents/fields.ts';
import type { Evidence, PoolHistory, PoolPoint } from '../evidence.ts';
import { setbackNote, withoutSetbacks } from './clock.ts';
import { firstLine, type JsonLine, jsonLines, momentOf } from './ndjson.ts';

const times = object({
  count: nonNegative,
  meanMs: nonNegative,
  p50Ms: nonNegative,
  p95Ms: nonNegative,
  p99Ms: nonNegative,
});

/** A snapshot() of poolctl/monitor as JSON, which leaves out what is undefined. */
const snapshotSchema = object({
  pool: safeText,
  used: nonNegative,
  pending: nonNegative,
  limit: optional(nonNegative),
  oldestWaitMs: optional(nonNegative),
  observedMs: nonNegative,
  asked: nonNegative,
  failed: object({ timeout: optional(nonNegative), refused: optional(nonNegative) }),
  overdue: optional(nonNegative),
  queuedTime: times,
  useTime: times,
  instance: optional(v.union([safeText, v.number()])),
});
type Snapshot = v.InferOutput<typeof snapshotSchema>;

const what = 'a snapshot() of poolctl/monitor';
const hint =
  'Write JSON.stringify({ at: new Date().toISOString(), ...monitor.snapshot() }) and a line feed, once a minute.';

export function isSnapshots(text: string): boolean {
  const line = firstLine(text);
  return line !== undefined && 'observedMs' in line && 'useTime' in line;
}

/** What is kept of a line: a week of several processes is long. */
interface Row {
  readonly pool: string;
  readonly instance: string;
  readonly observedMs: number;
  readonly number: number;
  readonly hasTime: boolean;
  readonly point: PoolPoint;
  readonly useTime: Snapshot['useTime'];
}

/** Lines of snapshots: of one process, or of several that name themselves by `instance`. @throws PoolctlError INPUT_INVALID */
export function readSnapshots(text: string, file: string): Evidence {
  const rows = jsonLines(text, file, what, (line) => rowOf(line, file));
  const clocks = rows.filter(({ hasTime }) => hasTime).length;
  if (clocks > 0 && clocks < rows.length) {
    const without = rows.find(({ hasTime }) => !hasTime);
    throw new PoolctlError('INPUT_INVALID', `${file}:${without?.number}: this line has no time, and others have.`, {
      hint,
    });
  }
  const byPlace = groupBy(rows, ({ pool, instance }) => JSON.stringify([pool, instance]));
  const read = [...byPlace.values()].map((own) => historyOf(own, file, clocks > 0));
  return {
    histories: read.map(({ history }) => history),
    loads: [],
    notes: [
      ...read.flatMap(({ left }) => setbackNote(file, left)),
      ...(clocks === 0
        ? [`${file}: its lines have no time, so that hours of the day cannot be told apart. ${hint}`]
        : []),
    ],
  };
}

function rowOf(line: JsonLine, file: string): Row {
  const read = v.safeParse(snapshotSchema, line.value, { abortEarly: true });
  if (!read.success) {
    const key = v.getDotPath(read.issues[0]) ?? 'it';
    throw new PoolctlError(
      'INPUT_INVALID',
      `${file}:${line.number}: this is not ${what}: ${key} is not what it should be.`,
      {
        hint,
      },
    );
  }
  const { at, time, timestamp } = line.value as Record<'at' | 'time' | 'timestamp', unknown>;
  const { pool, instance = file, observedMs, useTime } = read.output;
  const atMs = momentOf(at ?? time ?? timestamp);
  return {
    ...{ pool, instance: `${instance}`, observedMs, number: line.number, hasTime: atMs !== undefined },
    point: pointOf(read.output, atMs ?? 0),
    useTime: {
      count: useTime.count,
      meanMs: useTime.meanMs,
      p50Ms: useTime.p50Ms,
      p95Ms: useTime.p95Ms,
      p99Ms: useTime.p99Ms,
    },
  };
}

function historyOf(rows: readonly Row[], file: string, hasClock: boolean): { history: PoolHistory; left: number } {
  refuseMixed(rows, file);
  const { pool = '', instance = file } = rows[0] ?? {};
  const { points, left } = withoutSetbacks(hasClock ? rows.map(({ point }) => point) : onOwnClock(rows));
  const last = rows.at(-1)?.useTime;
  return {
    left,
    history: {
      ...{ pool, instance, kind: 'snapshots', file, scope: 'instance', hasClock, points },
      ...(last && last.count > 0 && { holdQuantiles: { p50Ms: last.p50Ms, p95Ms: last.p95Ms, p99Ms: last.p99Ms } }),
    },
  };
}

/** Lines of two processes by turns look like one that is started anew with every line. */
function refuseMixed(rows: readonly Row[], file: string): void {
  const starts = rows.filter(({ observedMs }, index) => observedMs < (rows[index - 1]?.observedMs ?? 0));
  if (starts.length < 3 || starts.length < rows.length / 4) return;
  throw new PoolctlError('INPUT_INVALID', `${file}: its lines are of several processes by turns.`, {
    hint: 'Give each line an `instance` (the host and the process), or write a file for each process.',
  });
}

function pointOf(snapshot: Snapshot, atMs: number): PoolPoint {
  const { used, limit, pending, oldestWaitMs, overdue, asked, failed, queuedTime, useTime, observedMs } = snapshot;
  return {
    ...{
      atMs,
      ranMs: observedMs,
      inUse: used,
      waiting: pending,
      asked,
      uses: useTime.count,
      useMs: useTime.count * useTime.meanMs,
    },
    queuedMs: queuedTime.count * queuedTime.meanMs,
    ...withoutUndefined({ limit, oldestWaitMs, overdue, timedOut: failed.timeout, refused: failed.refused }),
  };
}

/** By the time since the pool is observed. A process that was started anew goes on where the one before ended. */
function onOwnClock(rows: readonly Row[]): PoolPoint[] {
  let [startMs, beforeMs] = [0, 0];
  return rows.map(({ observedMs, point }) => {
    if (observedMs < beforeMs) startMs += beforeMs;
    beforeMs = observedMs;
    return { ...point, atMs: startMs + observedMs };
  });
}
