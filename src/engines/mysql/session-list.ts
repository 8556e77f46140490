import { type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed } from './answers.ts';
import type { Said } from './said.ts';

/** What the server lists: rows of kind `session`, `program`, `transaction`, `traced`, `tracing` and `ended`. */
export interface SessionList {
  readonly rows: readonly Row[];
  /** Of whose sessions the transactions are in the list: of all, of the user's own, of none. */
  readonly transactionsOf: 'all' | 'own' | 'none';
}

/** Asks for the list again and again, by the way that this user was allowed before: one question from the second time on. */
export type SessionLister = (said: Said, user: string) => Promise<SessionList>;

interface Way {
  readonly sql: string;
  readonly transactionsOf: SessionList['transactionsOf'];
}

/**
 * With the privilege PROCESS all sessions, their transactions, and where performance_schema may be read the names of their
 * programs; otherwise the user's own. SHOW takes the server less than half the time of a query on information_schema, and
 * performance_schema.processlist less than SHOW.
 */
export function sessionLister(session: Session): SessionLister {
  let known: { readonly by: string; readonly way: Way; readonly isSettled: boolean } | undefined;

  return async (said, user) => {
    const ways = waysOf(said);
    const by = JSON.stringify([...said.privileges, ways]);
    const last = known?.by === by ? known : undefined;
    // A role may give what the user's own grants do not show: then there are sessions of others in the list.
    const first = said.privileges.has('PROCESS') ? [...ways.all, ...ways.own] : ways.own;
    const found = await firstAllowed(session, last ? [last.way, ...first] : first);
    if (!found) throw new Error('no way to list the sessions is allowed');
    const isSettled = last?.isSettled === true || said.privileges.has('PROCESS');
    const mayBeMore = !isSettled && found.way.transactionsOf !== 'all' && showsOthers(found.rows, user);
    const more = mayBeMore ? await firstAllowed(session, ways.all) : undefined;
    const { way, rows } = more ?? found;
    known = { by, way, isSettled: isSettled || mayBeMore };
    return { rows, transactionsOf: way.transactionsOf };
  };
}

/** The last is always allowed, and its failure is told. */
async function firstAllowed(session: Session, ways: readonly Way[]): Promise<{ way: Way; rows: Row[] } | undefined> {
  for (const way of ways) {
    const rows = way === ownByShow ? await session.rows(way.sql) : await allowed(session, way.sql);
    if (rows) return { way, rows };
  }
  return undefined;
}

function showsOthers(rows: readonly Row[], user: string): boolean {
  return rows.some(
    (row) => (row['kind'] ?? 'session') === 'session' && (textIn(row, 'user') ?? textIn(row, 'User')) !== user,
  );
}

const ownByShow: Way = { sql: 'SHOW PROCESSLIST', transactionsOf: 'none' };

function waysOf(said: Said): { readonly all: readonly Way[]; readonly own: readonly Way[] } {
  const isTraced = hasPerformanceSchema(said);
  const table = listsAllThreads(said) ? 'performance_schema.processlist' : 'information_schema.PROCESSLIST';
  const way = (transactionsOf: Way['transactionsOf'], ...parts: readonly string[]): Way => ({
    sql: [listSql(table), ...parts].join(' UNION ALL '),
    transactionsOf,
  });
  return {
    all: [
      ...(isTraced ? [way('all', transactionsSql, programsSql, tracedSql, tracingSql, endedSql)] : []),
      ...(isTraced ? [way('all', transactionsSql, programsSql)] : []),
      way('all', transactionsSql),
    ],
    own: isTraced
      ? [way('own', ownProgramsSql, tracedSql, tracingSql, endedSql), way('none', ownProgramsSql), ownByShow]
      : [ownByShow],
  };
}

function hasPerformanceSchema({ variables }: Said): boolean {
  return /^(?:ON|1)$/.test(variables.get('performance_schema') ?? '');
}

/** MySQL from 8.0.22 on, unless it was started with less room for threads than it needs. */
function listsAllThreads(said: Said): boolean {
  const hasTable = said.variables.has('performance_schema_show_processlist');
  return hasTable && hasPerformanceSchema(said) && said.status.get('Performance_schema_thread_instances_lost') === '0';
}

const listSql = (table: string) =>
  `SELECT 'session' AS kind, ID AS id, USER AS user, HOST AS host, DB AS db, COMMAND AS command, STATE AS state, TIME AS time
  FROM ${table}`;

/** What InnoDB has in its list, which is from the first statement on that needs it. */
const transactionsSql = `SELECT 'transaction', trx_mysql_thread_id, NULL, NULL, NULL, NULL, trx_state,
   TIMESTAMPDIFF(SECOND, trx_started, NOW())
  FROM information_schema.INNODB_TRX`;

const programs = (table: string) => `SELECT 'program', PROCESSLIST_ID, ATTR_VALUE, NULL, NULL, NULL, NULL, NULL
  FROM performance_schema.${table} WHERE ATTR_NAME = 'program_name'`;
const programsSql = programs('session_connect_attrs');
/** Every user may read it. */
const ownProgramsSql = programs('session_account_connect_attrs');

/** From BEGIN on, and never frozen, as INNODB_TRX may be. */
const tracedSql = `SELECT 'traced', t.PROCESSLIST_ID, NULL, NULL, NULL, NULL, NULL, x.TIMER_WAIT / 1e12
  FROM performance_schema.events_transactions_current x JOIN performance_schema.threads t ON t.THREAD_ID = x.THREAD_ID
  WHERE x.STATE = 'ACTIVE' AND t.PROCESSLIST_ID IS NOT NULL`;

/** A row where the server keeps what tracedSql reads. */
const tracingSql = `SELECT 'tracing', 1, NULL, NULL, NULL, NULL, NULL, NULL
  FROM performance_schema.setup_consumers c JOIN performance_schema.setup_instruments i ON i.NAME = 'transaction'
  WHERE c.ENABLED = 'YES' AND i.ENABLED = 'YES'
   AND c.NAME IN ('global_instrumentation', 'thread_instrumentation', 'events_transactions_current')
  HAVING COUNT(*) = 3`;

/** How many transactions have ended, those of a single statement included, where the server keeps what tracedSql reads. */
const endedSql = `SELECT 'ended', 1, NULL, NULL, NULL, NULL, NULL, SUM(COUNT_STAR)
  FROM performance_schema.events_transactions_summary_global_by_event_name`;
