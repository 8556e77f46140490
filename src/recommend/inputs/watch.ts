import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { nonNegative, object, optional, safeText } from '../../documents/fields.ts';
import type { Evidence, PoolHistory, PoolPoint } from '../evidence.ts';
import { setbackNote, withoutSetbacks } from './clock.ts';
import { firstLine, type JsonLine, jsonLines, momentOf } from './ndjson.ts';

const groupSchema = object({
  user: optional(safeText),
  application: optional(safeText),
  state: optional(safeText),
  connections: nonNegative,
});
const poolSchema = object({
  database: safeText,
  user: safeText,
  clientsWaiting: nonNegative,
  serversActive: nonNegative,
  limit: optional(nonNegative),
  maxWaitSeconds: optional(nonNegative),
});
/** A line of `poolctl watch`; one of a target that did not answer has none of the figures. */
const lineSchema = object({
  schema: v.literal('poolctl.watch/1'),
  target: safeText,
  at: v.string(),
  groups: optional(v.array(groupSchema)),
  pools: optional(v.array(poolSchema)),
  oldestIdleInTransactionSeconds: optional(nonNegative),
  transactionsTotal: optional(nonNegative),
});
type Line = v.InferOutput<typeof lineSchema>;

const what = 'a line of `poolctl watch`';

export function isWatch(text: string): boolean {
  return firstLine(text)?.['schema'] === 'poolctl.watch/1';
}

interface Seen {
  readonly pool: string;
  readonly target: string;
  readonly point: PoolPoint;
}

/**
 * Lines of `poolctl watch`. Of PgBouncer each pool with its queue; of a server the connections that each application has in
 * use, which is all that a server sees of a pool. @throws PoolctlError INPUT_INVALID, INPUT_MISSING
 */
export function readWatch(text: string, file: string): Evidence {
  const lines = jsonLines(text, file, what, (line) => lineOf(line, file));
  const pooled = lines.flatMap(pooledOf);
  const served = lines.flatMap(servedOf);
  if (pooled.length + served.length === 0) {
    throw new PoolctlError('INPUT_MISSING', `${file} has no figures: no target answered in it.`, {
      hint: 'Its lines say why: look at `failure`.',
    });
  }
  const byPooler = historiesOf(pooled, file, 'instance');
  const byServer = historiesOf(served, file, 'fleet');
  return {
    histories: [...byPooler, ...byServer].map(({ history }) => history),
    loads: [],
    notes: [
      ...[...byPooler, ...byServer].flatMap(({ left }) => setbackNote(file, left)),
      ...(pooled.length > 0
        ? [
            `${file}: PgBouncer's console has no timeouts or hold times, and transactions of all its pools together; it shows connections in use and who waits.`,
          ]
        : []),
      ...(served.length > 0
        ? [
            `${file}: a server sees connections in use, and neither requests that wait nor timeouts, hold times or limits of pools.`,
          ]
        : []),
    ],
  };
}

function lineOf(line: JsonLine, file: string): { line: Line; atMs: number } {
  const read = v.safeParse(lineSchema, line.value, { abortEarly: true });
  const atMs = momentOf(line.value['at']);
  if (read.success && atMs !== undefined) return { line: read.output, atMs };
  const key = read.success ? 'at' : (v.getDotPath(read.issues[0]) ?? 'it');
  throw new PoolctlError(
    'INPUT_INVALID',
    `${file}:${line.number}: this is not ${what}: ${key} is not what it should be.`,
    {
      hint: 'Write it with `poolctl watch <dsn> --format ndjson`.',
    },
  );
}

function pooledOf({ line: { target, pools = [], transactionsTotal }, atMs }: { line: Line; atMs: number }): Seen[] {
  // Transactions are those of all pools together.
  const granted = pools.length === 1 ? transactionsTotal : undefined;
  return pools.map(({ database, user, serversActive, clientsWaiting, limit, maxWaitSeconds }) => ({
    pool: `${database}/${user}`,
    target,
    point: {
      ...{ atMs, inUse: serversActive, waiting: clientsWaiting },
      ...withoutUndefined({
        limit,
        granted,
        oldestWaitMs: maxWaitSeconds === undefined ? undefined : maxWaitSeconds * 1_000,
      }),
    },
  }));
}

const ownName = 'poolctl watch';

/** Sessions that have nothing to do: PostgreSQL's `idle`, MySQL's `Sleep`. */
const isIdle = (state: string | undefined) => state === undefined || /^(?:idle|sleep)$/i.test(state);

/** A transaction in which nothing happens for so long is forgotten. */
const forgottenSeconds = 300;

function servedOf({ line, atMs }: { line: Line; atMs: number }): Seen[] {
  const { target, groups, pools, transactionsTotal, oldestIdleInTransactionSeconds = 0 } = line;
  if (groups === undefined || pools !== undefined) return [];
  const own = groups.filter(({ application }) => application !== ownName);
  const byName = groupBy(own, ({ application, user }) => application || user || '');
  const granted = byName.size === 1 ? transactionsTotal : undefined;
  return [...byName].map(([pool, sessions]) => {
    const count = (of: (state: string | undefined) => boolean) =>
      sessions.filter(({ state }) => of(state)).reduce((sum, { connections }) => sum + connections, 0);
    const idle = count((state = '') => state.startsWith('idle in transaction'));
    const overdue = oldestIdleInTransactionSeconds >= forgottenSeconds ? idle : 0;
    const point = { atMs, inUse: count((state) => !isIdle(state)), overdue };
    return { pool, target, point: { ...point, ...withoutUndefined({ granted }) } };
  });
}

function historiesOf(seen: readonly Seen[], file: string, scope: PoolHistory['scope']) {
  const byPlace = groupBy(seen, ({ pool, target }) => JSON.stringify([pool, target]));
  return [...byPlace.values()].map((own) => {
    const { pool = '', target: instance = '' } = own[0] ?? {};
    const { points, left } = withoutSetbacks(own.map(({ point }) => point));
    const history: PoolHistory = { pool, instance, kind: 'watch', file, scope, hasClock: true, points };
    return { history, left };
  });
}
