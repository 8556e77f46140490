import { formatCount, formatNumber } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { idleTransactions, leakHint } from './idle-transactions.ts';
import { hasPooler, type Inspection, namedPooler } from './inspection.ts';
import { leftoverNames, leftoverWarning } from './leftovers.ts';

const crowdedRatio = 0.1;

/** What a reader of the facts should not overlook. */
export function inspectionWarnings(inspection: Inspection): Warning[] {
  return [
    pooler,
    admin,
    lowered,
    nearlyFull,
    limitIsYounger,
    wasFull,
    refused,
    idleInTransaction,
    replica,
    unencrypted,
    notSeen,
    leftByProbe,
  ].flatMap((rule) => rule(inspection));
}

function pooler(inspection: Inspection): Warning[] {
  if (!hasPooler(inspection)) return [];
  const found = namedPooler(inspection);
  const wait = inspection.throughPooler ? ` ${waitInPooler}` : '';
  return [
    {
      code: 'POOLER_IN_PATH',
      message: `${found?.means ?? 'A pooler'} stands between here and the server: the figures are the server's, and the pooler's own limits (clients, pool size) come first.${wait}`,
      hint: `Ask the server itself, past the pooler; what the pooler allows is in its configuration ${settingsOf(found?.pooler)}.`,
    },
  ];
}

/** Of one that answers the login itself. */
export const waitInPooler =
  "It lets a client in before it has a connection for it: a pool's connect and acquire timeouts do not bound that wait (PgBouncer: query_wait_timeout does, 120 s by default).";

function settingsOf(profile: string | undefined): string {
  return profile === undefined || profile === 'pgbouncer'
    ? '(PgBouncer: max_client_conn, and default_pool_size, whose connections it opens one at a time)'
    : `(\`poolctl profiles show poolers/${profile}\`)`;
}

function admin({ limits: { privilege }, user }: Inspection): Warning[] {
  if (privilege === undefined) return [];
  return [
    {
      code: 'ADMIN_LOGIN',
      message: `"${user}" is ${privilege}; an application should log in as an ordinary user, which has less.`,
      hint: 'Give the DSN of the application to see its own limits.',
    },
  ];
}

/** A standalone backend is no setting of anybody's. */
function lowered({ engine, limits: { lowered: found, maxConnections } }: Inspection): Warning[] {
  if (!found || engine === 'postgres') return [];
  const asked =
    found.from === undefined ? 'more than that were asked for' : `max_connections is ${formatNumber(found.from)}`;
  return [
    {
      code: 'LOWERED_BY_OPEN_FILES',
      message: `The server lets in ${formatCount(maxConnections, 'connection')} because of its ${found.by}; ${asked}.`,
      hint: openFilesHint,
    },
  ];
}

/** Where a server may open too few files. */
export const openFilesHint =
  'Raise its limit of open files and start it again: LimitNOFILE= of its unit in systemd, --ulimit nofile= of its container.';

function nearlyFull({ budget }: Inspection): Warning[] {
  const { freeConnections, usableConnections, limitedBy } = budget;
  if (freeConnections >= usableConnections * crowdedRatio) return [];
  return [
    {
      code: 'SERVER_NEARLY_FULL',
      message: `Only ${formatCount(freeConnections, 'connection')} of ${formatNumber(usableConnections)} are free (${limitedBy}).`,
      hint: 'The next roll-out may be refused. `poolctl size --server <dsn>` says what your pools may take.',
    },
  ];
}

function limitIsYounger({ limits: { caps, capsMissOlder }, user }: Inspection): Warning[] {
  const exceeded = capsMissOlder ? caps.filter(({ taken, connections }) => taken > connections) : [];
  return exceeded.map(({ name, taken, connections }) => ({
    code: 'LIMIT_MISSES_OLDER',
    message: `"${user}" has ${formatCount(taken, 'session')}, and ${name} is ${connections}: the server may let in ${connections} more, because sessions from before there was a limit do not count.`,
    hint: 'The limit holds when those sessions have ended: restart what holds them.',
  }));
}

function wasFull({ sessions: { highWater, refused: counted }, limits, budget }: Inspection): Warning[] {
  if (!highWater || highWater.connections < limits.maxConnections * (1 - crowdedRatio)) return [];
  if (budget.freeConnections < budget.usableConnections * crowdedRatio) return [];
  return [
    {
      code: 'SERVER_WAS_FULL',
      message: `${formatCount(highWater.connections, 'connection')} were open at once, of ${formatNumber(limits.maxConnections)}${highWater.at === undefined ? '' : ` (${highWater.at})`}.`,
      hint: `What is free now is not free at the peak: plan with the high-water mark.${counted === undefined ? ' This server does not count the clients that it refuses.' : ''}`,
    },
  ];
}

function refused({ sessions }: Inspection): Warning[] {
  if (!sessions.refused) return [];
  return [
    {
      code: 'CONNECTIONS_REFUSED',
      message: `${formatCount(sessions.refused, 'connection')} have been refused since the server started, because it was full.`,
      hint: 'The pools together are larger than max_connections: smaller pools, fewer instances or a pooler.',
    },
  ];
}

function idleInTransaction(inspection: Inspection): Warning[] {
  const idle = idleTransactions(inspection);
  if (idle?.harm === undefined) return [];
  return [{ code: 'IDLE_IN_TRANSACTION', message: `${idle.found} (${idle.who}): ${idle.harm}.`, hint: leakHint }];
}

function replica({ replica: isReplica }: Inspection): Warning[] {
  if (!isReplica) return [];
  return [
    {
      code: 'SERVER_IS_REPLICA',
      message: 'This server takes no writes: it is a replica, with a budget of its own.',
      hint: 'After a failover the load of both servers lands on the one that is left.',
    },
  ];
}

function unencrypted({ encrypted, isThisMachine, address }: Inspection): Warning[] {
  if (encrypted || isThisMachine) return [];
  return [
    {
      code: 'NOT_ENCRYPTED',
      message: `The connection to ${address} is not encrypted: the server offers no TLS, or sslmode=disable is set.`,
      hint: `Add ?sslmode=require where the server has TLS.`,
    },
  ];
}

function notSeen({ unseen }: Inspection): Warning[] {
  return unseen.map(({ what, grant }) => ({
    code: 'NOT_ALL_SEEN',
    message: `Not visible without a privilege: ${what}.`,
    hint: `${grant}; poolctl only reads.`,
  }));
}

function leftByProbe({ leftovers }: Inspection): Warning[] {
  return leftovers.length === 0 ? [] : [leftoverWarning(leftoverNames(leftovers))];
}
