import { formatCount } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServerFacts, Unseen } from '../facts.ts';
import { forwardedFrom, relayedFrom } from '../identity.ts';
import { numberIn, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed, numberOf } from './answers.ts';
import type { MysqlSession } from './connect.ts';
import type { MysqlDialect } from './dialect.ts';
import { mysqlIdentityIn } from './identity.ts';
import { type Said, saidBy } from './said.ts';
import { type SessionList, sessionLister } from './session-list.ts';
import { groupsOf, idlingIn, type ListedSession, type ListedSessions, sessionsIn } from './sessions.ts';

/**
 * By two questions, and a third where a role gives the privilege PROCESS. Without it only the user's own sessions are
 * listed; how many there are in all is in Threads_connected, which no grant is needed for.
 */
export async function mysqlFamilyFacts(session: Session, dialect: MysqlDialect): Promise<ServerFacts> {
  const said = await saidBy(session, dialect);
  const list = await sessionLister(session)(said, userIn(said, session));
  return factsIn(session, dialect, said, list, sessionsIn(list, numberIn(said.own, 'id') ?? 0));
}

/** The user that asks, without the host it comes from. */
export function userIn({ own }: Said, { target }: Session): string {
  return (textIn(own, 'user') ?? target.user).replace(/@[^@]*$/, '');
}

/** The facts in what the server said of itself and in its list of sessions. */
export function factsIn(
  session: Session,
  dialect: MysqlDialect,
  said: Said,
  { isOfAll: seesAll }: SessionList,
  sessions: ListedSessions,
): ServerFacts {
  const { own, variables, status } = said;
  const { listed } = sessions;
  const user = userIn(said, session);

  const connected = Math.max(0, Number(status.get('Threads_connected') ?? 1) - (isBesides(said, session) ? 0 : 1));
  const visible = listed.length;
  const hidden = seesAll ? 0 : Math.max(0, connected - visible);
  const mine = listed.filter((one) => one.user === user).length;
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
      ...(files && { lowered: { by: `open_files_limit ${files.limit}`, ...withoutUndefined({ from: files.from }) } }),
      reserved: [],
      ...capsOf(said, dialect, mine),
      taken: connected,
      takenByOthers: Math.max(0, connected - mine),
      besides: dialect.besides(variables),
      ...withoutUndefined({ privilege: privilege(said) }),
    },
    sessions: {
      connected: Math.max(connected, visible),
      hidden,
      groups: groupsOf(listed),
      ...(seesAll && { idleInTransaction: idlingIn(listed) }),
      waitingForLocks: waitingForLocks(status, listed),
      ...withoutUndefined({
        highWater: highWater(status, numberIn(own, 'utc_offset_s')),
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
    unseen: seesAll ? [] : [unseenBy(textIn(own, 'account') ?? user, hidden)],
    ...withoutUndefined({
      cores: dialect.cores(own, variables),
      flavour: variables.has('aurora_version') ? ('aurora' as const) : undefined,
    }),
    throughPooler: session.processId !== undefined && session.processId !== numberIn(own, 'id'),
    identity,
    ...withoutUndefined({
      forwardedToPort: forwardedFrom(identity, session.target),
      relayedFromPort: relayedFrom(numberOf(/:(\d+)$/.exec(sessions.own?.host ?? '')?.[1]), session.localPort),
    }),
  };
}

/** The limit of the account's connections: its own, or else the global one. */
function capsOf(
  said: Said,
  dialect: MysqlDialect,
  taken: number,
): Pick<ServerFacts['limits'], 'caps' | 'capsMissOlder'> {
  const { own, variables } = said;
  const connections = numberIn(own, 'account_limit') ?? 0;
  const globalLimit = Number(variables.get('max_user_connections') ?? 0);
  const isGlobal = connections === globalLimit;
  if (connections === 0 || (isGlobal && dialect.sparesAdministrators && opensExtraSlot(said))) return { caps: [] };
  const name = isGlobal ? 'max_user_connections of every user' : `MAX_USER_CONNECTIONS of ${textIn(own, 'account')}`;
  const caps = [{ name, connections, taken, takenByOthers: 0 }];
  return dialect.countsOlder(globalLimit) ? { caps } : { caps, capsMissOlder: true };
}

/** Whether the session came by MariaDB's extra_port, whose sessions are not in Threads_connected. */
export function isBesides({ variables }: Said, { target }: Session): boolean {
  return numberOf(variables.get('extra_port')) === target.port;
}

function unseenBy(account: string, hidden: number): Unseen {
  const others = hidden > 0 ? `${formatCount(hidden, 'session')} of other users (counted, but not listed) and ` : '';
  return {
    what: `${others}which sessions idle in a transaction`,
    grant: `GRANT PROCESS ON *.* TO ${quoted(account)}`,
  };
}

/** For rows, of which InnoDB tells everybody the count, and for tables and the like, as far as the sessions may be seen. */
function waitingForLocks(status: ReadonlyMap<string, string>, listed: readonly ListedSession[]): number {
  const forRows = numberOf(status.get('Innodb_row_lock_current_waits')) ?? 0;
  return forRows + listed.filter(({ waitsForLock }) => waitsForLock).length;
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

/** Its time is text by the clock of the session, which is `utcOffsetSeconds` before UTC. */
function highWater(status: ReadonlyMap<string, string>, utcOffsetSeconds = 0): ServerFacts['sessions']['highWater'] {
  const connections = numberOf(status.get('Max_used_connections'));
  if (connections === undefined) return undefined;
  const wallMs = Date.parse(`${status.get('Max_used_connections_time')?.replace(' ', 'T')}Z`);
  if (Number.isNaN(wallMs)) return { connections };
  const at = new Date(wallMs - utcOffsetSeconds * 1_000).toISOString();
  return { connections, at: at.replace('.000Z', 'Z') };
}

/** The privilege that opens the extra slot beyond max_connections, which is not in an application's budget. */
function privilege(said: Said): string | undefined {
  return opensExtraSlot(said) ? 'an administrator, for whom one slot beyond max_connections is kept' : undefined;
}

export function opensExtraSlot({ privileges }: Said): boolean {
  return ['SUPER', 'CONNECTION ADMIN', 'CONNECTION_ADMIN'].some((name) => privileges.has(name));
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
