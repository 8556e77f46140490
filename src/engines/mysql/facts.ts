import type { ErrorCode } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LiveTimeLimit, ServerFacts, SessionGroup } from '../facts.ts';
import { forwardedFrom, relayedFrom } from '../identity.ts';
import { flagIn, numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { isClient } from './client-sessions.ts';
import type { MysqlSession } from './connect.ts';
import { mysqlIdentityColumns, mysqlIdentityIn } from './identity.ts';
import type { OpenFiles } from './open-files.ts';

/** Where MySQL and MariaDB differ. */
export interface MysqlDialect {
  readonly engine: 'mysql' | 'mariadb';
  /** The schema whose tables GLOBAL_VARIABLES and GLOBAL_STATUS every user may read. */
  readonly globalsIn: 'information_schema' | 'performance_schema';
  /** Doors that are no slots of max_connections, from the variables. */
  besides(variables: ReadonlyMap<string, string>): ServerFacts['limits']['besides'];
  /** Clocks that are not the same in both. */
  readonly timeLimits: readonly {
    readonly name: string;
    readonly kind: LiveTimeLimit['kind'];
    readonly unitMs: number;
  }[];
  /** Whether Connection_errors_max_connections has all of the refused. */
  readonly countsRefused: boolean;
  /** An expression that tells the cores, where one does in this version. */
  coresSql(version: string): string | undefined;
  cores(own: Row | undefined, variables: ReadonlyMap<string, string>): ServerFacts['cores'];
  /** Where open files let in fewer connections than max_connections says. */
  openFiles(variables: ReadonlyMap<string, string>, status: ReadonlyMap<string, string>): OpenFiles | undefined;
}

/**
 * By three questions, and a fourth where a role gives the privilege PROCESS. Without it only the user's own sessions are
 * listed; how many there are in all is in Threads_connected, which no grant is needed for.
 */
export async function mysqlFamilyFacts(session: Session, dialect: MysqlDialect): Promise<ServerFacts> {
  const [own] = await session.rows(ownSql(dialect.coresSql(session.version)));
  const [variables, status] = await globals(session, dialect);
  const { listed, transactions } = await look(session, own);
  const user = (textIn(own, 'user') ?? session.target.user).replace(/@[^@]*$/, '');
  const count = (which: (row: Row) => boolean) => sumIn(listed.filter(which), 'connections');
  const isMine = (row: Row) => textIn(row, 'user') === user;

  // Sessions on MariaDB's extra_port are not in Threads_connected.
  const isBeside = numberOf(variables.get('extra_port')) === session.target.port;
  const connected = Math.max(0, Number(status.get('Threads_connected') ?? 1) - (isBeside ? 0 : 1));
  const visible = count(() => true);
  const hidden = Math.max(0, connected - visible);
  const mine = count(isMine);
  const accountLimit = numberIn(own, 'account_limit') ?? 0;
  const globalLimit = Number(variables.get('max_user_connections') ?? 0);
  const refused = numberOf(status.get('Connection_errors_max_connections'));
  const files = dialect.openFiles(variables, status);
  const maxConnections = Number(variables.get('max_connections') ?? 0);
  const uptimeSeconds = numberOf(status.get('Uptime'));
  const doors = ['extra_port', 'admin_port'].map((name) => numberOf(variables.get(name)));
  const identity = mysqlIdentityIn(own, uptimeSeconds, session, doors);
  return {
    engine: dialect.engine,
    version: session.version,
    address: session.target.address,
    user,
    encrypted: session.encrypted,
    replica: isReadOnly(variables),
    ...withoutUndefined({ database: textIn(own, 'db'), uptimeSeconds: uptimeSeconds || undefined }),
    limits: {
      maxConnections: files?.connections ?? maxConnections,
      ...(files && { lowered: { by: `open_files_limit ${files.limit}`, from: maxConnections } }),
      reserved: [],
      caps:
        accountLimit > 0
          ? [
              {
                name:
                  accountLimit === globalLimit
                    ? 'max_user_connections of every user'
                    : `MAX_USER_CONNECTIONS of ${textIn(own, 'account')}`,
                connections: accountLimit,
                taken: mine,
                takenByOthers: 0,
              },
            ]
          : [],
      taken: connected,
      takenByOthers: Math.max(0, connected - mine),
      besides: dialect.besides(variables),
      ...withoutUndefined({ privilege: privilege(own) }),
    },
    sessions: {
      connected: Math.max(connected, visible),
      hidden,
      groups: listed.map(sessionGroup),
      ...(transactions && {
        idleInTransaction: {
          sessions: sumIn(transactions, 'idle'),
          ...withoutUndefined({ oldestSeconds: largestIn(transactions, 'oldest_s') }),
        },
        waitingForLocks: sumIn(transactions, 'waiting'),
      }),
      ...withoutUndefined({
        highWater: highWater(status),
        refused: dialect.countsRefused ? refused : refused || undefined,
      }),
    },
    timeLimits: [
      { name: 'wait_timeout', kind: 'idle' as const, ...withoutUndefined({ ms: waitTimeoutMs(variables) }) },
      ...dialect.timeLimits.map(({ name, kind, unitMs }) => ({
        name,
        kind,
        ...withoutUndefined({ ms: (numberOf(variables.get(name)) ?? 0) * unitMs || undefined }),
      })),
    ],
    unseen:
      hidden === 0 && transactions
        ? []
        : [
            {
              what: `${hidden > 0 ? `${hidden} sessions of other users (counted, but not listed) and ` : ''}which sessions idle in a transaction`,
              grant: `GRANT PROCESS ON *.* TO ${quoted(textIn(own, 'account') ?? user)}`,
            },
          ],
    ...withoutUndefined({ cores: dialect.cores(own, variables) }),
    throughPooler: session.processId !== undefined && session.processId !== numberIn(own, 'id'),
    identity,
    ...withoutUndefined({
      forwardedToPort: forwardedFrom(identity, session.target),
      relayedFromPort: relayedFrom(numberOf(/:(\d+)$/.exec(textIn(own, 'host') ?? '')?.[1]), session.localPort),
    }),
  };
}

/** Sessions by kind; with the transactions that they are in, where the privilege PROCESS is there. */
async function look(
  session: Session,
  own: Row | undefined,
): Promise<{ listed: readonly Row[]; transactions: readonly Row[] | undefined }> {
  const programs = flagIn(own, 'sees_programs');
  if (flagIn(own, 'sees_processes')) {
    const rows = await allowed(session, sessionsSql({ programs, transactions: true }));
    if (rows) return { listed: rows, transactions: rows };
  }
  const listed =
    (await allowed(session, sessionsSql({ programs, transactions: false }))) ??
    (await session.rows(sessionsSql({ programs: false, transactions: false })));
  const user = textIn(own, 'user')?.replace(/@[^@]*$/, '');
  // A role may give what the user's own grants do not show.
  const seesOthers = listed.some((row) => textIn(row, 'user') !== user);
  const transactions = seesOthers
    ? await allowed(session, sessionsSql({ programs: false, transactions: true }))
    : undefined;
  return { listed, transactions };
}

/** Who asks, and what this user may see; rows of USER_PRIVILEGES are those of the user, not of its roles. */
function ownSql(coresSql = 'NULL'): string {
  const at = "CHAR_LENGTH(CURRENT_USER()) - LOCATE('@', REVERSE(CURRENT_USER()))";
  const grantee = `CONCAT('''', LEFT(CURRENT_USER(), ${at}), '''@''', SUBSTRING(CURRENT_USER(), ${at} + 2), '''')`;
  const has = (...names: string[]) =>
    `(SELECT COUNT(*) > 0 FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ${grantee}
      AND PRIVILEGE_TYPE IN (${names.map((name) => `'${name}'`).join(', ')}))`;
  return `SELECT CONNECTION_ID() AS id, CURRENT_USER() AS account, USER() AS user, DATABASE() AS db,
    (SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()) AS host,
    @@session.max_user_connections AS account_limit, ${mysqlIdentityColumns}, ${coresSql} AS cores,
    ${has('SUPER', 'CONNECTION ADMIN', 'CONNECTION_ADMIN')} AS is_admin, ${has('PROCESS')} AS sees_processes,
    (SELECT COUNT(*) > 0 FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = 'performance_schema' AND TABLE_NAME = 'session_connect_attrs') AS sees_programs`;
}

const statusNames = quotedNames([
  'Threads_connected',
  'Max_used_connections',
  'Max_used_connections_time',
  'Connection_errors_max_connections',
  'Uptime',
  'Open_files',
  'Innodb_num_open_files',
]);

function quotedNames(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

/** Variables and status by one question; by two where the tables are not there, as in MySQL before 5.7. */
async function globals(
  session: Session,
  { globalsIn }: MysqlDialect,
): Promise<[Map<string, string>, Map<string, string>]> {
  const of = (kind: string) =>
    `SELECT '${kind}' AS kind, VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM ${globalsIn}.${kind}`;
  const variables = new Map<string, string>();
  const status = new Map<string, string>();
  const rows = await allowed(
    session,
    `${of('global_variables')} UNION ALL ${of('global_status')} WHERE VARIABLE_NAME IN (${statusNames})`,
  );
  for (const row of rows ?? []) {
    const name = textIn(row, 'name') ?? '';
    const value = textIn(row, 'value') ?? '';
    if (textIn(row, 'kind') === 'global_variables') variables.set(name.toLowerCase(), value);
    else status.set(name.charAt(0).toUpperCase() + name.slice(1).toLowerCase(), value);
  }
  if (variables.has('max_connections') && status.has('Threads_connected')) return [variables, status];
  return [
    pairs(await session.rows('SHOW GLOBAL VARIABLES')),
    pairs(await session.rows(`SHOW GLOBAL STATUS WHERE Variable_name IN (${statusNames})`)),
  ];
}

/** A replica is set to take no writes; on an Aurora reader InnoDB itself is. */
function isReadOnly(variables: ReadonlyMap<string, string>): boolean {
  return ['read_only', 'super_read_only', 'innodb_read_only'].some((name) =>
    /^(?:ON|1)$/.test(variables.get(name) ?? ''),
  );
}

/** With the program's name where performance_schema may be read, and with transactions that have touched InnoDB. */
function sessionsSql({ programs, transactions }: { programs: boolean; transactions: boolean }): string {
  const attributes = `LEFT JOIN performance_schema.session_connect_attrs a ON a.PROCESSLIST_ID = p.ID AND a.ATTR_NAME = 'program_name'`;
  const withoutPort = `LEFT(p.HOST, CHAR_LENGTH(p.HOST) - LOCATE(':', REVERSE(p.HOST)) * (LOCATE(':', p.HOST) > 0))`;
  const states = `, COALESCE(SUM(t.trx_started IS NOT NULL AND p.COMMAND = 'Sleep'), 0) AS idle,
    MAX(IF(p.COMMAND = 'Sleep', TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), NULL)) AS oldest_s,
    COALESCE(SUM(t.trx_state = 'LOCK WAIT'), 0) AS waiting`;
  return `SELECT p.USER AS user, ${withoutPort} AS client, p.DB AS db, p.COMMAND AS command,
    ${programs ? 'a.ATTR_VALUE' : 'NULL'} AS application, COUNT(*) AS connections ${transactions ? states : ''}
   FROM information_schema.PROCESSLIST p ${programs ? attributes : ''}
    ${transactions ? 'LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID' : ''}
   WHERE p.ID <> CONNECTION_ID() AND ${isClient('p.COMMAND', 'p.USER')}
   GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5`;
}

/** Aurora MySQL takes the smaller of the two for every session; elsewhere interactive_timeout is for interactive clients. */
function waitTimeoutMs(variables: ReadonlyMap<string, string>): number | undefined {
  const seconds = [
    variables.get('wait_timeout'),
    variables.has('aurora_version') ? variables.get('interactive_timeout') : undefined,
  ];
  const seen = seconds.filter((value) => value !== undefined).map(Number);
  return seen.length === 0 ? undefined : Math.min(...seen) * 1_000;
}

function highWater(status: ReadonlyMap<string, string>): ServerFacts['sessions']['highWater'] {
  const connections = numberOf(status.get('Max_used_connections'));
  if (connections === undefined) return undefined;
  return { connections, ...withoutUndefined({ at: status.get('Max_used_connections_time') }) };
}

/** The privilege that opens the extra slot beyond max_connections, which is not in an application's budget. */
function privilege(own: Row | undefined): string | undefined {
  return flagIn(own, 'is_admin') ? 'an administrator, for whom one slot beyond max_connections is kept' : undefined;
}

function sumIn(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + (numberIn(row, column) ?? 0), 0);
}

function largestIn(rows: readonly Row[], column: string): number | undefined {
  const values = rows.map((row) => numberIn(row, column)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** The account quoted for SQL; a user's name may have an @ in it, a host's none. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@');
  const parts = at < 0 ? [account] : [account.slice(0, at), account.slice(at + 1)];
  return parts.map((part) => `'${part.replace(/['\\]/g, '$&$&')}'`).join('@');
}

function sessionGroup(row: Row): SessionGroup {
  return {
    user: textIn(row, 'user') ?? '?',
    connections: numberIn(row, 'connections') ?? 0,
    ...withoutUndefined({
      database: textIn(row, 'db'),
      application: textIn(row, 'application') || undefined,
      client: textIn(row, 'client') || undefined,
      state: textIn(row, 'command')?.toLowerCase(),
    }),
  };
}

/** Rows, or undefined where the user may not, or the server has no such table. */
export async function allowed(session: Session, sql: string): Promise<Row[] | undefined> {
  try {
    return await session.rows(sql);
  } catch (error) {
    const code = (error as { code?: ErrorCode }).code;
    if (code === 'PRIVILEGE_MISSING' || code === 'QUERY_FAILED') return undefined;
    throw error;
  }
}

export function pairs(rows: readonly Row[]): Map<string, string> {
  return new Map(rows.map((row) => [textIn(row, 'Variable_name') ?? '', textIn(row, 'Value') ?? '']));
}

export function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** How far this server is behind its source; undefined where it follows none, or the user may not know. */
export async function replicationLagMs(session: MysqlSession): Promise<number | undefined> {
  // MySQL 8.4 knows only the new words; versions before 8.0.22 and MariaDB before 10.5.1 only the old ones.
  const rows = (await allowed(session, 'SHOW REPLICA STATUS')) ?? (await allowed(session, 'SHOW SLAVE STATUS')) ?? [];
  const lags = rows.flatMap(
    (row) => numberIn(row, 'Seconds_Behind_Source') ?? numberIn(row, 'Seconds_Behind_Master') ?? [],
  );
  return lags.length === 0 ? undefined : Math.max(...lags) * 1_000;
}
