import { withoutUndefined } from '../../base/without-undefined.ts';
import type { SessionGroup } from '../facts.ts';
import { numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed } from './answers.ts';
import { isClientRow } from './client-sessions.ts';
import type { Said } from './said.ts';

interface Listed {
  readonly user: string;
  readonly host: string;
  readonly database: string | undefined;
  readonly command: string;
  readonly application: string | undefined;
}

export interface ListedSessions {
  /** Sessions of clients that this user may see, without the one that asks. */
  readonly listed: readonly Listed[];
  /** Of the one that asks, with its port. */
  readonly ownHost?: string;
  /** Those that have touched InnoDB; left out where this user may not see them. */
  readonly transactions?: { readonly idleSeconds: readonly number[]; readonly waiting: number };
}

/**
 * With the privilege PROCESS all sessions, their transactions, and where performance_schema may be read the names of their
 * programs; otherwise the user's own. SHOW takes the server less than half the time of a query on information_schema, and
 * performance_schema.processlist less than SHOW.
 */
export async function sessionsOf(session: Session, said: Said, user: string): Promise<ListedSessions> {
  const { own, privileges } = said;
  const id = numberIn(own, 'id') ?? 0;
  const hasPrograms = hasPerformanceSchema(said);
  const list = listsAllThreads(said) ? 'performance_schema.processlist' : undefined;
  const allSql = `${listSql(list ?? 'information_schema.PROCESSLIST')} UNION ALL ${transactionsSql}`;
  const withAll = async () =>
    (hasPrograms ? await allowed(session, `${allSql} UNION ALL ${programsSql}`) : undefined) ??
    (await allowed(session, allSql));
  const rows = privileges.has('PROCESS') ? await withAll() : undefined;
  if (rows) return all(rows, id);
  const shown = shownIn(await session.rows(list ? listSql(list) : 'SHOW PROCESSLIST'), id);
  if (shown.listed.every((one) => one.user === user)) return shown;
  // A role may give what the user's own grants do not show.
  const seen = await withAll();
  return seen ? all(seen, id) : shown;
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
  `SELECT 'session' AS kind, ID AS id, USER AS user, HOST AS host, DB AS db, COMMAND AS command FROM ${table}`;

const transactionsSql = `SELECT 'transaction', trx_mysql_thread_id, trx_state, NULL, NULL, TIMESTAMPDIFF(SECOND, trx_started, NOW())
  FROM information_schema.INNODB_TRX`;

const programsSql = `SELECT 'program', PROCESSLIST_ID, ATTR_VALUE, NULL, NULL, NULL
  FROM performance_schema.session_connect_attrs WHERE ATTR_NAME = 'program_name'`;

function all(rows: readonly Row[], id: number): ListedSessions {
  const of = (kind: string) => rows.filter((row) => textIn(row, 'kind') === kind);
  const programs = new Map(of('program').map((row) => [numberIn(row, 'id'), textIn(row, 'user')]));
  const shown = shownIn(of('session'), id, programs);
  const idle = new Set(of('session').flatMap((row) => (textIn(row, 'command') === 'Sleep' ? numberIn(row, 'id') : [])));
  const open = of('transaction').filter((row) => numberIn(row, 'id') !== id);
  return {
    ...shown,
    transactions: {
      idleSeconds: open.flatMap((row) => (idle.has(numberIn(row, 'id')) ? (numberIn(row, 'command') ?? 0) : [])),
      waiting: open.filter((row) => textIn(row, 'user') === 'LOCK WAIT').length,
    },
  };
}

/** Rows of PROCESSLIST, or of SHOW, which writes some columns another way. */
function shownIn(
  rows: readonly Row[],
  id: number,
  programs?: ReadonlyMap<unknown, string | undefined>,
): ListedSessions {
  const column = (row: Row, name: string) =>
    textIn(row, name) ?? textIn(row, `${name[0]?.toUpperCase()}${name.slice(1)}`);
  const idOf = (row: Row) => numberIn(row, 'id') ?? numberIn(row, 'Id');
  const listed = rows.flatMap((row) => {
    const [user = '', command = ''] = [column(row, 'user'), column(row, 'command')];
    if (idOf(row) === id || !isClientRow(command, user)) return [];
    const [host = '', database] = [column(row, 'host'), column(row, 'db')];
    return [{ user, host, database, command, application: programs?.get(idOf(row)) || undefined }];
  });
  const mine = rows.find((row) => idOf(row) === id);
  return { listed, ...withoutUndefined({ ownHost: mine && column(mine, 'host') }) };
}

/** Sessions that are alike as one, the largest groups first. */
export function groupsOf(listed: readonly Listed[]): SessionGroup[] {
  const groups = new Map<string, SessionGroup>();
  for (const { user, host, database, command, application } of listed) {
    const client = host.replace(/:[^:]*$/, '') || undefined;
    const key = JSON.stringify([user, client, database, command, application]);
    const connections = (groups.get(key)?.connections ?? 0) + 1;
    const more = withoutUndefined({ database, application, client, state: command.toLowerCase() || undefined });
    groups.set(key, { user: user || '?', connections, ...more });
  }
  return [...groups]
    .sort(([one, a], [other, b]) => b.connections - a.connections || (one < other ? -1 : 1))
    .map(([, group]) => group);
}
