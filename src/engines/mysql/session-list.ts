import { type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed } from './answers.ts';
import { isClientThread } from './client-sessions.ts';
import type { Said } from './said.ts';

/** What the server lists: rows of kind `session`, `program`, `transaction`, `traced`, `tracing` and `ended`. */
export interface SessionList {
  readonly rows: readonly Row[];
  /** Of all users, with their transactions; otherwise of this user alone, and without. */
  readonly isOfAll: boolean;
}

/** Asks for the list again and again, by the way that this user was allowed before: one question from the second time on. */
export type SessionLister = (said: Said, user: string) => Promise<SessionList>;

interface Way {
  readonly sql: string;
  readonly isOfAll: boolean;
  /** Whether the answer has what it was asked for. */
  readonly isAnswer?: (rows: readonly Row[]) => boolean;
}

/**
 * Where performance_schema may be read and traces transactions, its threads: exact, from BEGIN on, and without PROCESS.
 * Otherwise with that privilege all sessions and what InnoDB has of transactions, or else the user's own sessions. SHOW takes
 * the server less than half the time of a query on information_schema, and performance_schema less than SHOW. One that
 * `isKept` tries what a role may give, too, and names the programs of own sessions, which takes longer than their list.
 */
export function sessionLister(session: Session, { isKept = false } = {}): SessionLister {
  let known: { readonly by: string; readonly way: Way; readonly isSettled: boolean } | undefined;

  return async (said, user) => {
    const ways = waysOf(said, isKept);
    const by = JSON.stringify([...said.privileges, ways]);
    const last = known?.by === by ? known : undefined;
    const mayAll = said.privileges.has('PROCESS');
    const mayTrace = isKept || readsSchema.some((privilege) => said.privileges.has(privilege));
    const found = await firstAllowed(session, [
      ...(last ? [last.way] : []),
      ...(mayTrace ? ways.traced : []),
      ...(mayAll ? ways.all : []),
      ...ways.own,
    ]);
    if (!found) throw new Error('no way to list the sessions is allowed');
    // A role may give what the user's own grants do not show: then there are sessions of others in the list.
    const isSettled = mayAll || found.way.isOfAll || last?.isSettled === true;
    const mayBeMore = !isSettled && showsOthers(found.rows, user);
    const { way, rows } = (mayBeMore ? await firstAllowed(session, ways.all) : undefined) ?? found;
    known = { by, way, isSettled: isSettled || mayBeMore };
    return { rows, isOfAll: way.isOfAll };
  };
}

const readsSchema = ['SELECT', 'SELECT ON performance_schema'];

/** SHOW is always allowed, and its failure is told. */
async function firstAllowed(session: Session, ways: readonly Way[]): Promise<{ way: Way; rows: Row[] } | undefined> {
  for (const way of ways) {
    const rows = way === ownByShow ? await session.rows(way.sql) : await allowed(session, way.sql);
    if (rows && (way.isAnswer?.(rows) ?? true)) return { way, rows };
  }
  return undefined;
}

function showsOthers(rows: readonly Row[], user: string): boolean {
  const isSession = (row: Row) => (textIn(row, 'kind') ?? 'session') === 'session';
  return rows.some((row) => isSession(row) && (textIn(row, 'user') ?? textIn(row, 'User')) !== user);
}

const ownByShow: Way = { sql: 'SHOW PROCESSLIST', isOfAll: false };
const union = (...parts: readonly string[]) => parts.join(' UNION ALL ');

function waysOf(said: Said, isKept: boolean): Readonly<Record<'traced' | 'all' | 'own', readonly Way[]>> {
  const isOn = /^(?:ON|1)$/.test(said.variables.get('performance_schema') ?? '');
  const hasThreads = isOn && listsAllThreads(said);
  const list = listSql(hasThreads ? 'performance_schema.processlist' : 'information_schema.PROCESSLIST');
  return {
    traced: hasThreads ? [tracedWay(isKept)] : [],
    all: [
      ...(isOn ? [{ sql: union(list, transactionsSql, programsSql), isOfAll: true }] : []),
      { sql: union(list, transactionsSql), isOfAll: true },
    ],
    own: [...(isOn && isKept ? [{ sql: union(list, ownProgramsSql), isOfAll: false }] : []), ownByShow],
  };
}

/** MySQL from 8.0.22 on, unless it was started with less room for threads than it needs. */
function listsAllThreads(said: Said): boolean {
  const hasTable = said.variables.has('performance_schema_show_processlist');
  return hasTable && said.status.get('Performance_schema_thread_instances_lost') === '0';
}

const listSql = (table: string) =>
  `SELECT 'session' AS kind, ID AS id, USER AS user, HOST AS host, DB AS db, COMMAND AS command, STATE AS state, TIME AS time,
   NULL AS thread
  FROM ${table}`;

/** What InnoDB has in its list, which is from the first statement on that needs it. */
const transactionsSql = `SELECT 'transaction', trx_mysql_thread_id, NULL, NULL, NULL, NULL, NULL,
   TIMESTAMPDIFF(SECOND, trx_started, NOW()), NULL
  FROM information_schema.INNODB_TRX`;

const programs = (table: string) => `SELECT 'program', PROCESSLIST_ID, ATTR_VALUE, NULL, NULL, NULL, NULL, NULL, NULL
  FROM performance_schema.${table} WHERE ATTR_NAME = 'program_name'`;
const programsSql = programs('session_connect_attrs');
/** Every user may read it. */
const ownProgramsSql = programs('session_account_connect_attrs');

/** A login under way has no name yet. */
const threadUser = "COALESCE(PROCESSLIST_USER, 'unauthenticated user')";

/** Hosts without ports, but for the session that asks. */
const threadsSql = `SELECT 'session' AS kind, PROCESSLIST_ID AS id, ${threadUser} AS user,
   IF(PROCESSLIST_ID = CONNECTION_ID(), (SELECT HOST FROM performance_schema.processlist WHERE ID = CONNECTION_ID()),
    CONCAT(PROCESSLIST_HOST, ':')) AS host,
   PROCESSLIST_DB AS db, PROCESSLIST_COMMAND AS command, PROCESSLIST_STATE AS state, PROCESSLIST_TIME AS time,
   THREAD_ID AS thread
  FROM performance_schema.threads WHERE PROCESSLIST_ID IS NOT NULL AND TYPE = 'FOREGROUND'
   AND ${isClientThread('NAME', 'PROCESSLIST_COMMAND', threadUser)}`;

/** By the numbers of threads: a join with them takes the server twice as long as both. */
const tracedSql = `SELECT 'traced', NULL, NULL, NULL, NULL, NULL, NULL, TIMER_WAIT / 1e12, THREAD_ID
  FROM performance_schema.events_transactions_current WHERE STATE = 'ACTIVE'`;

/** A row where the server keeps what tracedSql reads. */
const tracingSql = `SELECT 'tracing', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM performance_schema.setup_consumers c JOIN performance_schema.setup_instruments i ON i.NAME = 'transaction'
  WHERE c.ENABLED = 'YES' AND i.ENABLED = 'YES'
   AND c.NAME IN ('global_instrumentation', 'thread_instrumentation', 'events_transactions_current')
  HAVING COUNT(*) = 3`;

/** How many transactions have ended, those of a single statement included. */
const endedSql = `SELECT 'ended', NULL, NULL, NULL, NULL, NULL, NULL, SUM(COUNT_STAR), NULL
  FROM performance_schema.events_transactions_summary_global_by_event_name`;

const tracedWay = (isKept: boolean): Way => ({
  sql: union(threadsSql, tracedSql, programsSql, tracingSql, ...(isKept ? [endedSql] : [])),
  isOfAll: true,
  isAnswer: (rows) => rows.some((row) => textIn(row, 'kind') === 'tracing'),
});
