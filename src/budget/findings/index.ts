import type { FleetFinding } from '../answer.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import { cronjobOverlap } from './cronjob-overlap.ts';
import { failover } from './failover.ts';
import type { JudgedFleet } from './finding-input.ts';
import { limitEstimated } from './limit-estimated.ts';
import { noClients } from './no-clients.ts';
import { oneInstanceExceeds } from './one-instance-exceeds.ts';
import { poolerCutsQueries } from './pooler-cuts-queries.ts';
import { poolerMinusOne } from './pooler-minus-one.ts';
import { poolerUnbounded } from './pooler-unbounded.ts';
import { roleLimit } from './role-limit.ts';
import { scalesOver } from './scales-over.ts';
import { serverUnknown } from './server-unknown.ts';
import { terminatingPods } from './terminating-pods.ts';
import { unresolvedCounts } from './unresolved.ts';
import { windowsNeverOpen } from './windows-never-open.ts';

const all: readonly ((fleet: JudgedFleet) => FleetFinding[])[] = [
  budgetExceeded,
  oneInstanceExceeds,
  roleLimit,
  poolerUnbounded,
  unresolvedCounts,
  serverUnknown,
  noClients,
  limitEstimated,
  scalesOver,
  terminatingPods,
  failover,
  poolerMinusOne,
  poolerCutsQueries,
  cronjobOverlap,
  windowsNeverOpen,
];

const rank = { error: 0, warning: 1, info: 2 } as const;

/** What must be said of a fleet, the worst first. */
export function findingsOf(fleet: JudgedFleet): FleetFinding[] {
  return all.flatMap((find) => find(fleet)).sort((a, b) => rank[a.severity] - rank[b.severity]);
}
