import { engineNames } from '../base/engine.ts';
import { formatCount, formatDuration, formatNumber } from '../base/units.ts';
import type { LiveTimeLimit, SessionGroup } from '../engines/facts.ts';
import type { Inspection } from '../inspect/inspection.ts';
import type { TableView, View } from '../render/view.ts';

/** Rows of the table of sessions; the rest is one row. */
const mostGroups = 12;

/** The answer of `inspect` for a reader: how many connections there are for this user, and what takes them. */
export function inspectView(inspection: Inspection): View {
  const { engine, version, address, budget, user } = inspection;
  return {
    headline: `${engineNames[engine]} ${version} at ${address}: ${formatNumber(budget.freeConnections)} of ${formatCount(budget.usableConnections, 'connection')} free for "${user}"`,
    tables: [
      serverTable(inspection),
      budgetTable(inspection),
      sessionTable(inspection),
      useTable(inspection),
      limitTable(inspection),
    ].filter((table) => table !== undefined),
  };
}

function serverTable({
  detected,
  database,
  user,
  encrypted,
  replica,
  uptimeSeconds,
  cores,
  throughPooler,
  forwardedToPort,
  relayedFromPort,
  changesTransport,
}: Inspection): TableView {
  const rows: string[][] = [
    [
      'logged in',
      `"${user}"${database === undefined ? '' : ` in database "${database}"`}, ${encrypted ? 'with TLS' : 'without TLS'}`,
    ],
  ];
  for (const { means, servers, pooler, by } of detected) {
    const profile = by === 'login' ? `poolers/${pooler}` : servers?.[0];
    rows.push([by === 'login' ? 'pooler' : 'is', `${means}${profile ? ` (poolctl profiles show ${profile})` : ''}`]);
  }
  if (throughPooler)
    rows.push(['reached through', 'a pooler: the session belongs to another process than the one announced']);
  if (!throughPooler && forwardedToPort !== undefined)
    rows.push(['reached through', `another port than its own, ${forwardedToPort}: a mapping, a balancer or a pooler`]);
  else if (!throughPooler && (relayedFromPort !== undefined || changesTransport))
    rows.push(['reached through', 'something that opened the session anew: a balancer, a pooler or a NAT']);
  if (replica) rows.push(['role', 'replica, takes no writes']);
  if (uptimeSeconds !== undefined) rows.push(['up for', formatDuration(uptimeSeconds * 1_000)]);
  if (cores) rows.push(['cores', `${formatNumber(cores.count)}, by ${cores.source}`]);
  return { title: 'Server', rows };
}

function budgetTable({ limits, budget, user, engine, version }: Inspection): TableView {
  const { maxConnections, lowered, reserved, caps, taken, takenByOthers, takenUnsure, besides } = limits;
  const number = (value: number) => formatNumber(value);
  const rows: string[][] = [
    ...(lowered
      ? [
          [
            `max_connections, by ${lowered.by}`,
            number(maxConnections),
            lowered.from === undefined
              ? 'the server was asked for more at its start'
              : `set to ${number(lowered.from)}`,
          ],
        ]
      : [['max_connections', number(maxConnections), '']]),
    ...reserved.map(({ name, connections, isOpen }) => [
      `− ${name}`,
      number(connections),
      isOpen ? 'open to this user, not to others' : '',
    ]),
    [
      '− taken now',
      number(taken),
      `${takenUnsure === undefined ? '' : `at most: ${number(takenUnsure)} may be workers, which take none; `}${number(takenByOthers)} by others than "${user}"; without poolctl's own${hidesLogins(engine, version) ? ', and without logins in progress, which no view shows before 18' : ''}`,
    ],
    ...caps.map((cap) => [`at most, by ${cap.name}`, number(cap.connections), `${number(cap.taken)} taken now`]),
    ['= free now', number(budget.freeConnections), `limited by ${budget.limitedBy}`],
    ...besides.map(({ name, connections, note }) => [
      `beside it: ${name}`,
      connections === undefined ? '' : number(connections),
      note,
    ]),
  ];
  return { title: 'Connections', rows, rightAligned: [1] };
}

/** From PostgreSQL 18 on a client that has not logged in yet is in pg_stat_activity; it takes its slot in any version. */
function hidesLogins(engine: Inspection['engine'], version: string): boolean {
  return engine === 'postgres' && Number.parseInt(version, 10) < 18;
}

function sessionTable({ sessions }: Inspection): TableView | undefined {
  const { groups, connected } = sessions;
  if (connected === 0) return undefined;
  const rest = groups.slice(mostGroups).reduce((sum, group) => sum + group.connections, 0);
  const rows = groups.slice(0, mostGroups).map(groupRow);
  if (rest > 0) rows.push(['others', '', '', '', '', formatNumber(rest)]);
  return {
    title: `Sessions: ${formatNumber(connected)}`,
    head: ['user', 'database', 'application', 'from', 'state', 'connections'],
    rows,
    rightAligned: [5],
  };
}

function useTable({
  sessions: { idleInTransaction: idle, waitingForLocks, highWater, refused },
  unseen,
}: Inspection): TableView | undefined {
  const rows: string[][] = [];
  if (idle)
    rows.push([
      `idle in a transaction${unseen.length === 0 ? '' : ', of yours'}`,
      formatNumber(idle.sessions),
      idle.oldestSeconds === undefined ? '' : `the longest for ${formatDuration(idle.oldestSeconds * 1_000)}`,
    ]);
  if (waitingForLocks !== undefined) rows.push(['waiting for locks', formatNumber(waitingForLocks), '']);
  if (highWater)
    rows.push([
      'most at once',
      formatNumber(highWater.connections),
      highWater.at ?? 'since the start, or the last FLUSH STATUS',
    ]);
  if (refused !== undefined)
    rows.push(['refused', formatNumber(refused), 'since the start, because the server was full']);
  return rows.length === 0 ? undefined : { title: 'Use', rows, rightAligned: [1] };
}

function groupRow({ user, database, application, client, state, connections }: SessionGroup): string[] {
  // A client of PostgreSQL that is asked for its password has neither yet.
  const isLoggingIn = user === '?' && database === undefined;
  return [
    isLoggingIn ? '(logging in)' : user,
    database ?? '',
    application ?? '',
    client ?? '',
    state ?? '?',
    formatNumber(connections),
  ];
}

function limitTable({ timeLimits, lifetimes }: Inspection): TableView {
  const { idleTimeoutMs, maxLifetimeMs, keepAliveMs, because } = lifetimes;
  const rows = timeLimits.map(({ name, kind, ms }) => [
    name,
    ms === undefined ? 'off' : formatDuration(ms),
    whatEnds[kind],
  ]);
  if (maxLifetimeMs !== undefined && idleTimeoutMs !== undefined) {
    rows.push(['→ maxLifetime', formatDuration(maxLifetimeMs), `of a pooled connection, at most; below ${because}`]);
    rows.push(['→ idleTimeout', formatDuration(idleTimeoutMs), 'at most']);
    rows.push(['→ keepalive', formatDuration(keepAliveMs ?? 0), 'first probe no later than that']);
  } else {
    rows.push([
      '→ idleTimeout',
      'any',
      'the server ends no idle session; load balancers do: poolctl profiles list --kind platforms',
    ]);
  }
  return { title: 'What ends sessions', rows, rightAligned: [1] };
}

const whatEnds: Readonly<Record<LiveTimeLimit['kind'], string>> = {
  idle: 'an idle session',
  'idle in transaction': 'a session that idles in a transaction',
  transaction: 'a transaction',
  statement: 'a statement',
};
