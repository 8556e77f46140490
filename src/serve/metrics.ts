import type { PoolerPool, TargetLook } from '../watch/look.ts';
import { alarmNames, alarmSeverities, type WatchState } from '../watch/state.ts';
import { servedName, topGroups, topPools } from './bounded.ts';
import type { MetricFamily, MetricSample } from './exposition.ts';
import { type ServedMetricKey, servedMetrics } from './metric-names.ts';
import { isSaturated, publicName, type ShownTarget, shownTarget } from './shown.ts';

/** What the figures are made with. */
export interface FigureSettings {
  /** Groups and pools of a target that get series of their own; the rest is called "other". */
  readonly top: number;
  /** The version of poolctl. */
  readonly version: string;
  /** By the clock of `lookedAtMs`. */
  readonly nowMs: number;
}

/** All metrics of what is known of the targets. */
export function servedFamilies(state: WatchState, { top, version, nowMs }: FigureSettings): MetricFamily[] {
  const targets = state.targets.map((target) => shownTarget(target, state, nowMs));
  return Object.entries(servedMetrics).map(([key, metric]) => {
    if (metric === servedMetrics.build) return { metric, samples: [{ labels: { version }, value: 1 }] };
    const read = readings[key as keyof typeof readings];
    const samples = targets.flatMap((shown) =>
      read(shown, top).map(({ labels, value }) => ({
        labels: { target: publicName(shown.target), ...labels },
        value,
      })),
    );
    return { metric, samples };
  });
}

/** The values of one metric for a target; the label `target` is added to each. */
type Reading = (shown: ShownTarget, top: number) => readonly MetricSample[];

const one =
  (figureOf: (shown: ShownTarget) => number | undefined): Reading =>
  (shown) => {
    const value = figureOf(shown);
    return value === undefined ? [] : [{ labels: {}, value }];
  };

const inLook = (figureOf: (look: TargetLook) => number | undefined): Reading =>
  one(({ look }) => look && figureOf(look));

/** PgBouncer's pools. */
const byPool =
  (figureOf: (pool: PoolerPool) => number | undefined): Reading =>
  ({ look }, top) =>
    topPools(look?.pools ?? [], top).flatMap((pool) => {
      const value = figureOf(pool);
      return value === undefined ? [] : [{ labels: { database: pool.database, user: pool.user }, value }];
    });

const readings = {
  targetInfo: ({ target: { kind, look, labels } }) => [
    {
      labels: {
        ...(kind === undefined ? {} : { kind }),
        ...(look ? { version: servedName(look.version) } : {}),
        ...labelsOfFile(labels),
      },
      value: 1,
    },
  ],
  targetUp: one(({ look }) => Number(look !== undefined)),
  targetSaturated: one((shown) => Number(isSaturated(shown))),
  snapshotAge: one(({ ageMs }) => secondsOf(ageMs)),
  connections: ({ look }, top) =>
    topGroups(look?.groups ?? [], top).map(({ connections, ...labels }) => ({ labels, value: connections })),
  taken: inLook(({ taken }) => taken),
  usable: inLook(({ capacity }) => capacity.usable),
  max: inLook(({ capacity }) => capacity.max),
  reserved: inLook(({ capacity }) => capacity.reserved),
  hidden: inLook(({ hidden }) => hidden),
  highWater: one(({ look, target }) => look && target.marks.highWater?.connections),
  serverHighWater: inLook(({ highWater }) => highWater?.connections),
  fullIn: one(({ look, target }) => look && target.growth?.fullInSeconds),
  sessions: inLook(({ openedTotal }) => openedTotal),
  refused: inLook(({ refusedTotal }) => refusedTotal),
  transactions: inLook(({ transactionsTotal }) => transactionsTotal),
  lockWaiters: inLook(({ lockWaiters }) => lockWaiters),
  idleTransactions: inLook(({ idleInTransaction }) => idleInTransaction?.sessions),
  oldestIdleTransaction: inLook(({ idleInTransaction: idle }) => (idle?.sessions === 0 ? 0 : idle?.oldestSeconds)),
  oldestTransaction: inLook(({ transactions }) => transactions && (transactions[0]?.seconds ?? 0)),
  poolerClientsWaiting: byPool(({ clientsWaiting }) => clientsWaiting),
  poolerClientsActive: byPool(({ clientsActive }) => clientsActive),
  poolerMaxWait: byPool(({ maxWaitSeconds }) => maxWaitSeconds),
  poolerServers: byPool(({ servers }) => servers),
  poolerServersActive: byPool(({ serversActive }) => serversActive),
  poolerServersIdle: byPool(({ serversIdle }) => serversIdle),
  poolerServersLimit: byPool(({ limit }) => limit),
  alarm: ({ target: { alarms } }) =>
    alarmNames.flatMap((alarm) =>
      alarmSeverities.map((severity) => ({
        labels: { alarm, severity },
        value: Number(alarms.some((raised) => raised.alarm === alarm && raised.severity === severity)),
      })),
    ),
  pollDuration: one(({ target: { polls } }) => secondsOf(polls.lastMs)),
  polls: one(({ target: { polls } }) => polls.done),
  pollsSkipped: one(({ target: { polls } }) => polls.skipped),
  pollErrors: ({ target: { polls } }) =>
    Object.entries(polls.errors).map(([code, value]) => ({ labels: { class: code }, value })),
} as const satisfies Readonly<Record<Exclude<ServedMetricKey, 'build'>, Reading>>;

/** To the microsecond: what lies below is noise of the arithmetic. */
function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1_000) / 1e6;
}

/** Labels of the targets file, with names that Prometheus takes. */
function labelsOfFile(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, text]) => [`label_${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`, servedName(text)]),
  );
}
