import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServerFacts } from '../facts.ts';
import { forwardedFrom, relayedFrom } from '../identity.ts';
import { numberIn, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed, numberOf } from './answers.ts';
import type { MysqlSession } from './connect.ts';
import type { MysqlDialect } from './dialect.ts';
import { mysqlIdentityIn } from './identity.ts';
import { type Said, saidBy } from './said.ts';
import { groupsOf, sessionsOf } from './sessions.ts';

/**
 * By two questions, and a third where a role gives the privilege PROCESS. Without it only the user's own sessions are
 * listed; how many there are in all is in Threads_connected, which no grant is needed for.
 */
export async function mysqlFamilyFacts(session: Session, dialect: MysqlDialect): Promise<ServerFacts> {
  const said = await saidBy(session, dialect);
  const { own, variables, status } = said;
  const user = (textIn(own, 'user') ?? session.target.user).replace(/@[^@]*$/, '');
  const { listed, transactions, ownHost = '' } = await sessionsOf(session, said, user);

  // Sessions on MariaDB's extra_port are not in Threads_connected.
  const isBeside = numberOf(variables.get('extra_port')) === session.target.port;
  const connected = Math.max(0, Number(status.get('Threads_connected') ?? 1) - (isBeside ? 0 : 1));
  const visible = listed.length;
  const hidden = Math.max(0, connected - visible);
  const mine = listed.filter((one) => one.user === user).length;
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
    version: textIn(own, 'version') ?? session.version,
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
      ...withoutUndefined({ privilege: privilege(said) }),
    },
    sessions: {
      connected: Math.max(connected, visible),
      hidden,
      groups: groupsOf(listed),
      ...(transactions && {
        idleInTransaction: {
          sessions: transactions.idleSeconds.length,
          ...(transactions.idleSeconds.length > 0 && { oldestSeconds: Math.max(...transactions.idleSeconds) }),
        },
        waitingForLocks: transactions.waiting,
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
    ...withoutUndefined({
      cores: dialect.cores(own, variables),
      flavour: variables.has('aurora_version') ? ('aurora' as const) : undefined,
    }),
    throughPooler: session.processId !== undefined && session.processId !== numberIn(own, 'id'),
    identity,
    ...withoutUndefined({
      forwardedToPort: forwardedFrom(identity, session.target),
      relayedFromPort: relayedFrom(numberOf(/:(\d+)$/.exec(ownHost)?.[1]), session.localPort),
    }),
  };
}

/** A replica is set to take no writes; on an Aurora reader InnoDB itself is. */
function isReadOnly(variables: ReadonlyMap<string, string>): boolean {
  return ['read_only', 'super_read_only', 'innodb_read_only'].some((name) =>
    /^(?:ON|1)$/.test(variables.get(name) ?? ''),
  );
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
function privilege({ privileges }: Said): string | undefined {
  const opens = ['SUPER', 'CONNECTION ADMIN', 'CONNECTION_ADMIN'].some((name) => privileges.has(name));
  return opens ? 'an administrator, for whom one slot beyond max_connections is kept' : undefined;
}

/** The account quoted for SQL; a user's name may have an @ in it, a host's none. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@');
  const parts = at < 0 ? [account] : [account.slice(0, at), account.slice(at + 1)];
  return parts.map((part) => `'${part.replace(/['\\]/g, '$&$&')}'`).join('@');
}

/** How far this server is behind each of its sources; none where it follows none, replays nothing, or the user may not know. */
export async function replicationLagsMs(session: MysqlSession): Promise<number[]> {
  // MySQL 8.4 knows only the new words; versions before 8.0.22 and MariaDB before 10.5.1 only the old ones.
  const rows = (await allowed(session, 'SHOW REPLICA STATUS')) ?? (await allowed(session, 'SHOW SLAVE STATUS')) ?? [];
  return rows.flatMap((row) => {
    const seconds = numberIn(row, 'Seconds_Behind_Source') ?? numberIn(row, 'Seconds_Behind_Master');
    return seconds === undefined ? [] : seconds * 1_000;
  });
}
