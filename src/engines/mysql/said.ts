import { type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed, pairs } from './answers.ts';
import type { MysqlDialect } from './dialect.ts';
import { mysqlIdentityExpressions } from './identity.ts';

/** What a server says of itself, of the session that asks, and of its user. */
export interface Said {
  readonly own: Row;
  /** Of the user on all that there is, and not of its roles. */
  readonly privileges: ReadonlySet<string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly status: ReadonlyMap<string, string>;
  /** Counters that are summed up over all sessions, where they were asked for. */
  readonly totals: ReadonlyMap<string, string>;
}

/** All by one question; by three where the tables of variables are not there, as in MySQL before 5.7. */
export async function saidBy(session: Session, dialect: MysqlDialect, withTotals = false): Promise<Said> {
  const ownSql = ownOf(dialect.coresSql(session.version));
  const all = await allowed(session, `${ownSql} UNION ALL ${globalsOf(dialect.globalsIn, withTotals)}`);
  const found = saidIn(all ?? []);
  if (found.variables.has('max_connections') && found.status.has('Threads_connected')) return found;
  return {
    ...saidIn(await session.rows(ownSql)),
    variables: pairs(await session.rows(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${listOf(variableNames)})`)),
    status: pairs(await session.rows(`SHOW STATUS WHERE Variable_name IN (${listOf(statusNames)})`)),
    totals: withTotals
      ? pairs(await session.rows(`SHOW GLOBAL STATUS WHERE Variable_name IN (${listOf(totalNames)})`))
      : new Map(),
  };
}

/** The same a moment later, by one question: what changes by itself is asked for again. Undefined where three are needed. */
export async function saidAgain(session: Session, dialect: MysqlDialect, before: Said): Promise<Said | undefined> {
  const rows = await allowed(session, [ownRow('at_ms'), ...statusOf(dialect.globalsIn, true)].join(' UNION ALL '));
  const { own, status, totals } = saidIn(rows ?? []);
  return status.has('Threads_connected') ? { ...before, own: { ...before.own, ...own }, status, totals } : undefined;
}

function saidIn(rows: readonly Row[]): Said {
  const own: Record<string, unknown> = {};
  const privileges = new Set<string>();
  const variables = new Map<string, string>();
  const status = new Map<string, string>();
  const totals = new Map<string, string>();
  for (const row of rows) {
    const name = textIn(row, 'name') ?? '';
    const value = textIn(row, 'value');
    const kind = textIn(row, 'kind');
    if (kind === 'own') own[name] = value;
    else if (kind === 'privilege') privileges.add(name);
    else if (kind === 'variable') variables.set(name.toLowerCase(), value ?? '');
    else if (kind === 'status') status.set(capitalized(name), value ?? '');
    else if (kind === 'total') totals.set(capitalized(name), value ?? '');
  }
  return { own, privileges, variables, status, totals };
}

/** MariaDB writes names of status in capitals. */
function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}

const variableNames = [
  ...['max_connections', 'max_user_connections', 'thread_handling', 'thread_pool_size'],
  ...['open_files_limit', 'table_open_cache'],
  ...['extra_port', 'extra_max_connections', 'admin_port', 'admin_address', 'aurora_version'],
  ...['server_uuid', 'server_uid', 'aurora_server_id'],
  ...['performance_schema', 'performance_schema_show_processlist'],
  ...['read_only', 'super_read_only', 'innodb_read_only', 'wait_timeout', 'interactive_timeout'],
  ...['max_execution_time', 'max_statement_time', 'idle_transaction_timeout'],
];

/** All are the server's, and the same in the status of the session, which sums up no other sessions. */
const statusNames = [
  ...['Threads_connected', 'Max_used_connections', 'Max_used_connections_time', 'Connection_errors_max_connections'],
  ...[
    'Connections',
    'Uptime',
    'Open_files',
    'Innodb_num_open_files',
    'Innodb_row_lock_current_waits',
    'Performance_schema_thread_instances_lost',
  ],
];

const totalNames = ['Com_commit', 'Com_rollback', 'Questions'];

const ownExpressions: Readonly<Record<string, string>> = {
  ...{ id: 'CONNECTION_ID()', account: 'CURRENT_USER()', user: 'USER()', db: 'DATABASE()', version: 'VERSION()' },
  ...{ account_limit: '@@session.max_user_connections', utc_offset_s: 'TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())' },
  ...mysqlIdentityExpressions,
};

const ownRow = (name: string, sql = ownExpressions[name]) => `SELECT 'own' AS kind, '${name}' AS name, ${sql} AS value`;

function ownOf(coresSql = 'NULL'): string {
  const at = "CHAR_LENGTH(CURRENT_USER()) - LOCATE('@', REVERSE(CURRENT_USER()))";
  const grantee = `CONCAT('''', LEFT(CURRENT_USER(), ${at}), '''@''', SUBSTRING(CURRENT_USER(), ${at} + 2), '''')`;
  const rows = Object.keys(ownExpressions).map((name) => ownRow(name));
  return `${[...rows, ownRow('cores', coresSql)].join(' UNION ALL ')} UNION ALL
    SELECT 'privilege', PRIVILEGE_TYPE, NULL FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ${grantee} UNION ALL
    SELECT 'privilege', CONCAT(PRIVILEGE_TYPE, ' ON ', TABLE_SCHEMA), NULL FROM information_schema.SCHEMA_PRIVILEGES
     WHERE GRANTEE = ${grantee} AND TABLE_SCHEMA = 'performance_schema'`;
}

function globalsOf(schema: string, withTotals: boolean): string {
  const variables = namedIn('variable', `${schema}.global_variables`, variableNames);
  return [variables, ...statusOf(schema, withTotals)].join(' UNION ALL ');
}

function statusOf(schema: string, withTotals: boolean): string[] {
  return [
    namedIn('status', `${schema}.session_status`, statusNames),
    ...(withTotals ? [namedIn('total', `${schema}.global_status`, totalNames)] : []),
  ];
}

function namedIn(kind: string, table: string, names: readonly string[]): string {
  return `SELECT '${kind}', VARIABLE_NAME, VARIABLE_VALUE FROM ${table} WHERE VARIABLE_NAME IN (${listOf(names)})`;
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
