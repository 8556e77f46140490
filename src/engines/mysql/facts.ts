import type { ErrorCode } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LiveTimeLimit, ServerFacts, SessionGroup } from '../facts.ts';
import { numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import type { MysqlSession } from './connect.ts';

/** Where MySQL and MariaDB differ. */
export interface MysqlDialect {
  readonly engine: 'mysql' | 'mariadb';
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
  cores(session: Session, variables: ReadonlyMap<string, string>): Promise<ServerFacts['cores']>;
}

/**
 * Without the privilege PROCESS only the user's own sessions are listed; how many there are in all is in
 * Threads_connected, which no grant is needed for.
 */
export async function mysqlFamilyFacts(session: Session, dialect: MysqlDialect): Promise<ServerFacts> {
  const [own] = await session.rows(
    `SELECT CONNECTION_ID() AS id, CURRENT_USER() AS account, USER() AS user, DATABASE() AS db, @@session.max_user_connections AS account_limit`,
  );
  const variables = pairs(await session.rows('SHOW GLOBAL VARIABLES'));
  const status = pairs(await session.rows(`SHOW GLOBAL STATUS WHERE Variable_name IN (${statusNames})`));
  const listed = (await allowed(session, sessionsSql(true))) ?? (await session.rows(sessionsSql(false)));
  const user = (textIn(own, 'user') ?? session.target.user).replace(/@[^@]*$/, '');
  const count = (which: (row: Row) => boolean) =>
    listed.filter(which).reduce((sum, row) => sum + (numberIn(row, 'connections') ?? 0), 0);
  const isMine = (row: Row) => textIn(row, 'user') === user;

  // Sessions on MariaDB's extra_port are not in Threads_connected.
  const isBeside = numberOf(variables.get('extra_port')) === session.target.port;
  const connected = Math.max(0, Number(status.get('Threads_connected') ?? 1) - (isBeside ? 0 : 1));
  const visible = count(() => true);
  const hidden = Math.max(0, connected - visible);
  const mine = count(isMine);
  const besides = dialect.besides(variables);
  const accountLimit = numberIn(own, 'account_limit') ?? 0;
  const globalLimit = Number(variables.get('max_user_connections') ?? 0);
  const transactions = await allowed(session, transactionsSql);
  const refused = numberOf(status.get('Connection_errors_max_connections'));
  return {
    engine: dialect.engine,
    version: session.version,
    address: session.target.address,
    user,
    encrypted: session.encrypted,
    replica: isReadOnly(variables),
    ...withoutUndefined({
      database: textIn(own, 'db'),
      uptimeSeconds: Number(status.get('Uptime') ?? Number.NaN) || undefined,
    }),
    limits: {
      maxConnections: Number(variables.get('max_connections') ?? 0),
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
      besides,
      ...withoutUndefined({ privilege: await privilege(session) }),
    },
    sessions: {
      connected: Math.max(connected, visible),
      hidden,
      groups: listed.map(sessionGroup),
      ...(transactions && {
        idleInTransaction: {
          sessions: numberIn(transactions[0], 'sessions') ?? 0,
          ...withoutUndefined({ oldestSeconds: numberIn(transactions[0], 'oldest_s') }),
        },
        waitingForLocks: numberIn(transactions[0], 'waiting') ?? 0,
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
    ...withoutUndefined({ cores: await dialect.cores(session, variables) }),
    throughPooler: session.processId !== undefined && session.processId !== numberIn(own, 'id'),
  };
}

const statusNames = [
  'Threads_connected',
  'Max_used_connections',
  'Max_used_connections_time',
  'Connection_errors_max_connections',
  'Uptime',
]
  .map((name) => `'${name}'`)
  .join(', ');

/** A replica is set to take no writes; on an Aurora reader InnoDB itself is. */
function isReadOnly(variables: ReadonlyMap<string, string>): boolean {
  return ['read_only', 'super_read_only', 'innodb_read_only'].some((name) =>
    /^(?:ON|1)$/.test(variables.get(name) ?? ''),
  );
}

/** Clients only: neither the event scheduler nor replication takes a slot. */
const isClient = "p.COMMAND NOT IN ('Daemon', 'Slave_IO', 'Slave_SQL', 'Slave_worker')";

/** With the program's name, where performance_schema may be read. */
function sessionsSql(withPrograms: boolean): string {
  const attributes = `LEFT JOIN performance_schema.session_connect_attrs a ON a.PROCESSLIST_ID = p.ID AND a.ATTR_NAME = 'program_name'`;
  const withoutPort = `LEFT(p.HOST, CHAR_LENGTH(p.HOST) - LOCATE(':', REVERSE(p.HOST)) * (LOCATE(':', p.HOST) > 0))`;
  return `SELECT p.USER AS user, ${withoutPort} AS client, p.DB AS db, p.COMMAND AS command,
    ${withPrograms ? 'a.ATTR_VALUE' : 'NULL'} AS application, COUNT(*) AS connections
   FROM information_schema.PROCESSLIST p ${withPrograms ? attributes : ''}
   WHERE p.ID <> CONNECTION_ID() AND ${isClient}
   GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5`;
}

/** Transactions that have touched InnoDB; others do not exist for it. */
const transactionsSql = `SELECT COALESCE(SUM(p.COMMAND = 'Sleep'), 0) AS sessions,
  MAX(IF(p.COMMAND = 'Sleep', TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), NULL)) AS oldest_s,
  COALESCE(SUM(t.trx_state = 'LOCK WAIT'), 0) AS waiting
 FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id`;

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
async function privilege(session: Session): Promise<string | undefined> {
  // Only the privileges of *.*: other rows may hold a password's hash, which must not be kept.
  const rows = (await allowed(session, 'SHOW GRANTS')) ?? [];
  const global = rows.flatMap((row) => Object.values(row).map(String)).filter((grant) => / ON \*\.\* /.test(grant));
  const isAdmin = global.some((grant) => /\b(?:SUPER|CONNECTION[ _]ADMIN|ALL PRIVILEGES)\b/.test(grant));
  return isAdmin ? 'an administrator, for whom one slot beyond max_connections is kept' : undefined;
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
