import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { numberOf } from '../../engines/mysql/answers.ts';
import { isBesides } from '../../engines/mysql/facts.ts';
import type { Said } from '../../engines/mysql/said.ts';
import { clientOf, groupsOf, type ListedSession, type ListedSessions } from '../../engines/mysql/sessions.ts';
import { numberIn } from '../../engines/rows.ts';
import type { Session } from '../../engines/session.ts';
import type { Capacity, LongTransaction, TargetLook } from '../look.ts';

const longestTransactions = 10;

/** A look in the answers of the server, with poolctl's own session. */
export function mysqlLookIn({
  session,
  said,
  facts: { engine, version, replica, limits, sessions: seen, unseen },
  sessions: { listed, own, ended },
  serverId,
  application,
}: {
  readonly session: Session;
  readonly said: Said;
  readonly facts: ServerFacts;
  readonly sessions: ListedSessions;
  readonly serverId: string;
  /** Of poolctl's own session, which performance_schema may not tell. */
  readonly application: string | undefined;
}): TargetLook {
  const { idleInTransaction, waitingForLocks, highWater, refused, hidden } = seen;
  return {
    kind: engine,
    version,
    atMs: numberIn(said.own, 'at_ms') ?? 0,
    serverId,
    isReplica: replica,
    capacity: capacityIn(limits),
    taken: limits.taken + (isBesides(said, session) ? 0 : 1),
    hidden,
    groups: groupsOf(own ? [...listed, { ...own, application }] : listed),
    ...withoutUndefined({
      idleInTransaction,
      transactions: idleInTransaction && longestAmong(listed),
      lockWaiters: waitingForLocks,
      highWater,
      refusedTotal: refused,
      openedTotal: numberOf(said.status.get('Connections')),
      transactionsTotal: ended ?? explicitEnds(said),
      statementsTotal: numberOf(said.totals.get('Questions')),
    }),
    unseen,
  };
}

function capacityIn({ maxConnections, lowered, reserved, caps }: ServerFacts['limits']): Capacity {
  const kept = reserved.reduce((sum, { connections }) => sum + connections, 0);
  return {
    usable: Math.max(0, maxConnections - kept),
    max: maxConnections,
    reserved: kept,
    ...withoutUndefined({ lowered }),
    caps: caps.map((cap) => ({ ...cap, taken: cap.taken + 1 })),
  };
}

/** By COMMIT or ROLLBACK, of which only MariaDB tells in a table; no counter has statements that are transactions by themselves. */
function explicitEnds({ totals }: Said): number | undefined {
  const [commits, rollbacks] = ['Com_commit', 'Com_rollback'].map((name) => numberOf(totals.get(name)));
  return commits === undefined || rollbacks === undefined ? undefined : commits + rollbacks;
}

function longestAmong(listed: readonly ListedSession[]): LongTransaction[] {
  return listed
    .flatMap(({ transactionSeconds: seconds, user, host, database, application, state }) =>
      seconds === undefined
        ? []
        : { seconds, user, state, ...withoutUndefined({ application, database, client: clientOf(host) }) },
    )
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, longestTransactions);
}
