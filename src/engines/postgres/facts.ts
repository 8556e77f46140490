import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LiveTimeLimit, ServerFacts } from '../facts.ts';
import { forwardedFrom, relayedFrom } from '../identity.ts';
import { flagIn, numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import {
  connectionsIn,
  groupsSql,
  hiddenAmong,
  idleInTransactionAmong,
  sessionGroupsIn,
  slotHolders,
  unseenSessions,
  unsureAmong,
  waitingAmong,
} from './groups.ts';
import { postgresIdentityIn } from './identity.ts';
import { capsIn, limitsSql, privilegeIn, slotsIn } from './limits.ts';

/** The connections of a PostgreSQL 10 or newer, in one round trip: the limits, and the sessions. */
export async function postgresFacts(session: Session): Promise<ServerFacts> {
  const questions = [...ownTimeoutSql, limitsSql, groupsSql(session.version, 'others')];
  const [, , [own] = [], , [limits] = [], holders = []] = await session.answers(questions);
  const row = { session_user: session.target.user, ...limits, ...own };
  const groups = slotHolders(holders);
  const user = textIn(row, 'session_user') ?? '';
  const hidden = hiddenAmong(groups);
  const unsure = unsureAmong(groups, row);
  const identity = postgresIdentityIn(row);
  return {
    engine: 'postgres',
    version: session.version,
    address: session.target.address,
    user,
    database: textIn(row, 'database') ?? '',
    encrypted: session.encrypted,
    replica: flagIn(row, 'replica'),
    ...withoutUndefined({ uptimeSeconds: numberIn(row, 'uptime_s') }),
    limits: {
      ...slotsIn(row),
      caps: capsIn(row, holders),
      taken: connectionsIn(groups),
      takenByOthers: connectionsIn(groups, (group) => textIn(group, 'usename') !== user),
      ...(unsure > 0 && { takenUnsure: unsure }),
      besides: [
        {
          name: 'max_wal_senders',
          ...withoutUndefined({ connections: numberIn(row, 'max_wal_senders') }),
          note: 'replication has slots of its own',
        },
      ],
      ...withoutUndefined({ privilege: privilegeIn(row) }),
    },
    sessions: {
      connected: connectionsIn(groups),
      hidden,
      groups: sessionGroupsIn(groups),
      idleInTransaction: idleInTransactionAmong(groups),
      waitingForLocks: waitingAmong(groups),
    },
    timeLimits: timeLimits(row),
    unseen: hidden === 0 ? [] : [unseenSessions(user, hidden, unsure)],
    ...withoutUndefined({ cores: cores(row), flavour: flavour(row) }),
    throughPooler: session.processId !== undefined && session.processId !== numberIn(row, 'pid'),
    identity,
    ...withoutUndefined({
      forwardedToPort: forwardedFrom(identity, session.target),
      relayedFromPort: relayedFrom(numberIn(row, 'client_port'), session.localPort),
      changesTransport: changesTransport(row, session) || undefined,
    }),
  };
}

/** PostgreSQL names no port for a session on a Unix socket. */
function changesTransport(row: Row, { localPort }: Session): boolean {
  const hasPort = numberIn(row, 'client_port') !== undefined;
  return !flagIn(row, 'is_standalone') && hasPort !== (localPort !== undefined);
}

/** What sessions have that set none: within a question, poolctl's own is in force. pg_settings has it as well, and is slow. */
const ownTimeoutSql = [
  'SAVEPOINT own',
  'SET LOCAL statement_timeout TO DEFAULT',
  `SELECT current_setting('statement_timeout') AS statement_timeout`,
  'ROLLBACK TO SAVEPOINT own',
] as const;

function flavour(row: Row): ServerFacts['flavour'] {
  if (flagIn(row, 'aurora')) return 'aurora';
  return flagIn(row, 'is_standalone') ? 'standalone' : undefined;
}

function timeLimits(row: Row): LiveTimeLimit[] {
  const limit = (name: string, kind: LiveTimeLimit['kind']) => ({
    name,
    kind,
    ...withoutUndefined({ ms: limitMs(textIn(row, name)) }),
  });
  return [
    limit('idle_session_timeout', 'idle'),
    limit('idle_in_transaction_session_timeout', 'idle in transaction'),
    limit('transaction_timeout', 'transaction'),
    limit('statement_timeout', 'statement'),
  ];
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as PostgreSQL shows it, such as `90s` or `5min`; undefined for 0, which is none. */
function limitMs(text = ''): number | undefined {
  const [, number = '', unit = 'ms'] = /^(\d+) ?(ms|s|min|h|d)?$/.exec(text) ?? [];
  return Number(number) * (unitMs[unit] ?? 1) || undefined;
}

/** Amazon documents max_worker_processes = greatest(2 x vCPU, 8) for Aurora; elsewhere no SQL tells. */
function cores(row: Row): ServerFacts['cores'] {
  const workers = numberIn(row, 'max_worker_processes') ?? 0;
  if (!flagIn(row, 'aurora') || workers <= 8) return undefined;
  return { count: Math.floor(workers / 2), source: 'max_worker_processes / 2 (Aurora PostgreSQL)' };
}
