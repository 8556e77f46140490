import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { PoolerFigures, ProbeResult } from '../../probe/result.ts';
import type { TableView } from '../../render/view.ts';

/** Which limit was met, for a sentence. */
export const metNames: Readonly<Record<NonNullable<PoolerFigures['met']>['limit'], string>> = {
  'pooler-clients': "the pooler's clients",
  'pooler-connections': "the pooler's connections to the server",
  server: 'the server',
  pool: "the application's pool",
  none: 'none',
  unclear: 'not clear',
};

/** The limit with what shows it, unless a ramp says it already. */
export function poolerFinding({ pooler, ramp }: ProbeResult): string[] {
  if (!pooler?.met || ramp?.knee.limitedBy === 'pooler') return [];
  const { limit, evidence } = pooler.met;
  const isSaid = ramp !== undefined && evidence.some((sentence) => sentence.includes(ramp.knee.reason));
  return isSaid ? [] : [`Limit met: ${metNames[limit]}. ${evidence.join(' ')}`];
}

/** What stands between, and what it let through. */
export function poolerTable({ name, address, mode, unseen, settings, reach, met }: PoolerFigures): TableView {
  const { maxClients, poolSize, reservePoolSize, maxDatabaseConnections, queryWaitTimeoutMs } = settings ?? {};
  const count = (label: string, value: number | undefined, what: string) =>
    value === undefined ? [] : [[label, formatNumber(value), what]];
  return {
    title: `Through ${name} at ${address}${mode === undefined ? '' : `, ${mode} mode`}`,
    rows: [
      ...count('let in', reach?.letIn, `of ${formatCount(reach?.asked ?? 0, 'connection')} that were tried`),
      ...count('at once', reach?.atOnce, 'of their statements on the server'),
      ...count('pool_size', poolSize, 'connections to the server, for this user and database'),
      ...count('reserve_pool', reservePoolSize, 'more, where clients have waited for reserve_pool_timeout'),
      ...count('max_db_connections', maxDatabaseConnections, 'connections to the server, of all users'),
      ...count('max_client_conn', maxClients, 'clients'),
      ...(queryWaitTimeoutMs === undefined
        ? []
        : [['query_wait_timeout', formatDuration(queryWaitTimeoutMs), 'the longest wait in its queue']]),
      ...(unseen === undefined ? [] : [['console', 'not asked', unseen]]),
      ...(met ? [['limit met', '', metNames[met.limit]]] : []),
    ],
    rightAligned: [1],
  };
}

/** By the model of both queues. */
export function queuesTable({ queues = [] }: PoolerFigures): TableView {
  const time = (ms: number | undefined) => (ms === undefined ? 'without end' : formatDuration(ms));
  return {
    title: 'Mean wait by the model of both queues',
    head: ['size', "in the application's pool", 'in the pooler', 'both'],
    rows: queues.map(({ connectionLimit, waitInPoolMs, waitInPoolerMs }) => [
      formatNumber(connectionLimit),
      time(waitInPoolMs),
      time(waitInPoolerMs),
      time(waitInPoolMs === undefined ? undefined : waitInPoolMs + (waitInPoolerMs ?? 0)),
    ]),
    rightAligned: [0, 1, 2, 3],
  };
}
