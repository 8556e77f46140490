import { withoutUndefined } from '../../base/without-undefined.ts';
import { checkMaxConnections } from '../../engines/checked-facts.ts';
import { connectPostgres, type PostgresSession } from '../../engines/postgres/connect.ts';
import {
  connectionsIn,
  groupsSql,
  hiddenAmong,
  idleInTransactionAmong,
  sessionGroupsIn,
  slotHolders,
  unseenSessions,
  unsureAmong,
  waitingAmong,
} from '../../engines/postgres/groups.ts';
import { postgresIdentityIn } from '../../engines/postgres/identity.ts';
import { capsIn, limitsSql, slotsIn } from '../../engines/postgres/limits.ts';
import { flagIn, numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { Capacity, LongTransaction, TargetLook, Watcher } from '../look.ts';
import { databasesSql, transactionsSql } from './postgres-sql.ts';
import { askedThroughPooler, isQueueNotice } from './queued.ts';

/** A PostgreSQL 10 or newer, also one behind a pooler. @throws PoolctlError */
export async function watchPostgres(target: ConnectionTarget, options: OpenOptions): Promise<Watcher> {
  const session = await connectPostgres(target, options);
  try {
    const { look, opensReserved, idleLimit } = await lookAt(session);
    // Between two looks the session is idle. On one that a pooler shares, the setting would stay behind.
    if (idleLimit && !look.throughPooler) await session.rows('SET idle_session_timeout = 0');
    const isFullForOthers = look.taken > look.capacity.usable;
    return {
      kind: 'postgres',
      ...(isFullForOthers && opensReserved && { door: 'reserved slot' }),
      get isOpen() {
        return session.isOpen;
      },
      look: async () => (await lookAt(session)).look,
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

interface Looked {
  readonly look: TargetLook;
  readonly opensReserved: boolean;
  /** Whether the server ends sessions that are idle. */
  readonly idleLimit: boolean;
}

/** All of a look in one round trip and one transaction. */
async function lookAt(session: PostgresSession): Promise<Looked> {
  const { version } = session;
  const questions = [limitsSql, groupsSql(version, 'all'), transactionsSql(version), databasesSql(version)];
  const answers = await askedThroughPooler(session, () => session.answers(questions));
  const [[limits = {}] = [], holders = [], transactions = [], [databases] = []] = answers;
  const { maxConnections, lowered, reserved } = slotsIn(limits);
  checkMaxConnections(maxConnections, { engine: 'postgres', address: session.target.address });
  const groups = slotHolders(holders);
  const hidden = hiddenAmong(groups);
  const unsure = unsureAmong(groups, limits);
  const kept = reserved.reduce((sum, { connections }) => sum + connections, 0);
  const capacity: Capacity = {
    max: maxConnections,
    reserved: kept,
    usable: Math.max(0, maxConnections - kept),
    ...(lowered && { lowered }),
    caps: capsIn(limits, holders),
  };
  const look: TargetLook = {
    kind: 'postgres',
    version,
    atMs: numberIn(limits, 'at_ms') ?? 0,
    serverId: serverIdIn(limits, session.target),
    isReplica: flagIn(limits, 'replica'),
    capacity,
    taken: connectionsIn(groups),
    ...(unsure > 0 && { takenUnsure: unsure }),
    hidden,
    groups: sessionGroupsIn(groups),
    idleInTransaction: idleInTransactionAmong(groups),
    transactions: transactions.map(transactionIn),
    lockWaiters: waitingAmong(groups),
    ...withoutUndefined({
      openedTotal: numberIn(databases, 'opened'),
      transactionsTotal: numberIn(databases, 'transactions'),
    }),
    ...(session.processId !== undefined && session.processId !== numberIn(limits, 'pid') && { throughPooler: true }),
    ...(isQueueNotice(session.notice) && { wasQueued: true }),
    unseen: hidden === 0 ? [] : [unseenSessions(textIn(limits, 'session_user') ?? session.target.user, hidden, unsure)],
  };
  return {
    look,
    opensReserved: reserved.some(({ isOpen }) => isOpen),
    idleLimit: (textIn(limits, 'idle_session_timeout') ?? '0') !== '0',
  };
}

/** By its own address, which differs behind a balancer; a Unix socket has none. */
function serverIdIn(limits: Row, { address }: ConnectionTarget): string {
  const { host, port, startedAtMs } = postgresIdentityIn(limits);
  return `${host === undefined ? address : `${host}:${port}`}/${startedAtMs}`;
}

function transactionIn(row: Row): LongTransaction {
  return {
    seconds: numberIn(row, 'seconds') ?? 0,
    user: textIn(row, 'usename') ?? '?',
    state: textIn(row, 'state') ?? '?',
    ...withoutUndefined({
      application: textIn(row, 'application_name') || undefined,
      database: textIn(row, 'datname'),
      client: textIn(row, 'client'),
    }),
  };
}
