import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Sample } from '../meter.ts';
import { flagIn, numberIn, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed } from './answers.ts';
import { isClient, isClientThread, isOfPool } from './client-sessions.ts';

/** A way to look at the busy sessions. */
export interface Sampler {
  readonly source: string;
  readonly seesTransactions: boolean;
  /** A transaction of InnoDB is in its list from the first statement on that needs it. */
  readonly missesBegin: boolean;
  readonly shortestPauseMs: number;
  /** Clients may wait for a thread of the pool, and look idle then. */
  readonly missesQueue: boolean;
  /** Makes the next look tell whether the list of transactions is frozen; for the time after a look. */
  mark(): Promise<void>;
  sample(): Promise<Sample>;
  /** What it has asked until now, in SELECTs and COMMITs. */
  readonly asked: { readonly selects: number; readonly commits: number };
}

const shortestPauseMs = 25;
/**
 * INNODB_TRX is a cache: it stays as it was while it is read at least every 100 ms, by anyone
 * (findings/mariadb-innodb-trx-freezes-under-readers.sh). The pause keeps poolctl from freezing it; whether others do is
 * seen by a transaction of poolctl's own, which must be in the list.
 */
export const innodbPauseMs = 110;

/** The best way to see busy sessions that this user has the privileges for. */
export async function chooseSampler(session: Session, engine: 'mysql' | 'mariadb'): Promise<Sampler> {
  if ((await allowed(session, threadsSql)) && (await transactionsAreTraced(session))) {
    return samplerOf(session, threadsSql, { source: 'threads, events_transactions_current', seesTransactions: true });
  }
  const isPooled = engine === 'mariadb' && (await poolsThreads(session));
  const queue = isPooled && (await allowed(session, queueSql)) !== undefined;
  const missesQueue = isPooled && !queue;
  const withTransactions = processlistSql({ transactions: true, queue });
  // The list by itself, because a join with it is allowed to everybody as long as there is nothing to join.
  if ((await allowed(session, ownTransactionSql)) && (await allowed(session, withTransactions))) {
    const source = 'PROCESSLIST, INNODB_TRX';
    return samplerOf(session, withTransactions, { source, seesTransactions: true, missesQueue, canFreeze: true });
  }
  const alone = processlistSql({ transactions: false, queue });
  return samplerOf(session, alone, { source: 'PROCESSLIST', seesTransactions: false, missesQueue });
}

interface Way {
  readonly source: string;
  readonly seesTransactions: boolean;
  readonly missesQueue?: boolean;
  readonly canFreeze?: boolean;
}

function samplerOf(session: Session, sql: string, way: Way): Sampler {
  const { source, seesTransactions, missesQueue = false, canFreeze = false } = way;
  const asked = { selects: 0, commits: 0 };
  let isMarked = false;
  let hasLooked = false;
  return {
    source,
    seesTransactions,
    missesBegin: canFreeze,
    missesQueue,
    shortestPauseMs: canFreeze ? innodbPauseMs : shortestPauseMs,
    asked,

    async mark() {
      // Before the first look, the choice of this way may have read the list just now.
      if (!canFreeze || isMarked || !hasLooked) return;
      // Another level would begin it only with its first read.
      await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await session.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT');
      isMarked = true;
    },

    async sample() {
      asked.selects += isMarked ? 2 : 1;
      const [row] = await session.rows(sql);
      const [own] = isMarked ? await session.rows(ownTransactionSql) : [];
      hasLooked = true;
      const [held, visible] = [numberIn(row, 'held') ?? 0, numberIn(row, 'visible') ?? 0];
      const sample: Sample = {
        held,
        visible,
        ...(flagIn(row, 'is_full') && { perhapsHeld: Math.max(0, visible - held) }),
        hidden: 0, // Sessions of others are not listed at all; the reading's count shows that they are missing.
        ...withoutUndefined({ serverMs: numberIn(row, 'own_ms') }),
        agesMs: (textIn(row, 'ages') ?? '').split(',').filter(Boolean).map(Number),
        ...(isMarked && { isFrozen: numberIn(own, 'listed') === 0 }),
      };
      if (isMarked) {
        isMarked = false;
        asked.commits += 1;
        await session.rows('COMMIT');
      }
      return sample;
    },
  };
}

async function transactionsAreTraced(session: Session): Promise<boolean> {
  const rows = await allowed(
    session,
    `SELECT 1 FROM performance_schema.setup_consumers c JOIN performance_schema.setup_instruments i
     WHERE c.NAME = 'events_transactions_current' AND c.ENABLED = 'YES' AND i.NAME = 'transaction' AND i.ENABLED = 'YES'`,
  );
  return (rows?.length ?? 0) > 0;
}

async function poolsThreads(session: Session): Promise<boolean> {
  const rows = await allowed(session, 'SELECT @@thread_handling AS handling');
  return textIn(rows?.[0], 'handling') === 'pool-of-threads';
}

const ownTransactionSql = `SELECT COUNT(*) AS listed FROM information_schema.INNODB_TRX
  WHERE trx_mysql_thread_id = CONNECTION_ID()`;

/** MariaDB 10.5 and newer; every user may read it. */
const queueSql = 'SELECT CONNECTION_ID FROM information_schema.THREAD_POOL_QUEUES LIMIT 1';

/** Where a request is queued, or as many run as there may be threads, none is left that would read the next request. */
const isPoolFull = `COUNT(q.CONNECTION_ID) > 0 OR SUM(p.COMMAND <> 'Sleep') >= @@GLOBAL.thread_pool_max_threads - 1`;

/** SYSDATE goes on within a statement, NOW does not. */
const ownMs = 'TIMESTAMPDIFF(MICROSECOND, NOW(6), SYSDATE(6)) / 1000 AS own_ms';

const threadsSql = `SELECT COUNT(*) AS visible, COALESCE(SUM(held), 0) AS held, ${ownMs},
  GROUP_CONCAT(IF(held, age, NULL)) AS ages
 FROM (SELECT (t.PROCESSLIST_COMMAND <> 'Sleep' OR COALESCE(x.STATE = 'ACTIVE', 0))
     AND ${isOfPool('t.PROCESSLIST_COMMAND')} AS held,
    ROUND(IF(x.STATE = 'ACTIVE', x.TIMER_WAIT / 1e9, NULL), 3) AS age
   FROM performance_schema.threads t
   LEFT JOIN performance_schema.events_transactions_current x ON x.THREAD_ID = t.THREAD_ID
   WHERE t.PROCESSLIST_ID IS NOT NULL AND t.PROCESSLIST_ID <> CONNECTION_ID()
    AND t.TYPE = 'FOREGROUND' AND ${isClientThread('t.NAME', 't.PROCESSLIST_COMMAND', 't.PROCESSLIST_USER')}) s`;

/**
 * MariaDB alone has TIME_MS, the age of the statement; the comment is code for MariaDB only. What waits for a thread of the
 * pool still says Sleep.
 */
function processlistSql({ transactions, queue }: { transactions: boolean; queue: boolean }): string {
  const inTransaction = transactions ? 'OR x.trx_mysql_thread_id IS NOT NULL' : '';
  const inQueue = queue ? 'OR q.CONNECTION_ID IS NOT NULL' : '';
  const ageMs = queue ? "IF(p.COMMAND <> 'Sleep', p.TIME_MS, q.QUEUEING_TIME_MICROSECONDS / 1000)" : 'p.TIME_MS';
  return `SELECT COUNT(*) AS visible, ${ownMs},
    COALESCE(SUM((p.COMMAND <> 'Sleep' ${inTransaction} ${inQueue}) AND ${isOfPool('p.COMMAND')}), 0) AS held
    ${queue ? `, ${isPoolFull} AS is_full` : ''}
    /*M!100000 , GROUP_CONCAT(IF((p.COMMAND <> 'Sleep' ${inQueue}) AND ${isOfPool('p.COMMAND')},
      ROUND(${ageMs}, 3), NULL)) AS ages */
   FROM information_schema.PROCESSLIST p
   ${transactions ? 'LEFT JOIN information_schema.INNODB_TRX x ON x.trx_mysql_thread_id = p.ID' : ''}
   ${queue ? 'LEFT JOIN information_schema.THREAD_POOL_QUEUES q ON q.CONNECTION_ID = p.ID' : ''}
   WHERE p.ID <> CONNECTION_ID() AND ${isClient('p.COMMAND', 'p.USER')}`;
}
