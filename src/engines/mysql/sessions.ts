import { withoutUndefined } from '../../base/without-undefined.ts';
import type { SessionGroup, Sessions } from '../facts.ts';
import { numberIn, textIn } from '../rows.ts';
import { isClientRow } from './client-sessions.ts';
import type { SessionList } from './session-list.ts';

/** A session of a client. */
export interface ListedSession {
  readonly id: number;
  readonly user: string;
  /** With its port. */
  readonly host: string;
  readonly database: string | undefined;
  readonly application: string | undefined;
  /** The command in small letters, and `idle in transaction` where it sleeps in an open one. */
  readonly state: string;
  /** How long it has been in its command. */
  readonly seconds: number;
  /** Of its open transaction. */
  readonly transactionSeconds: number | undefined;
  /** For one of the server; those of rows are counted by InnoDB alone. */
  readonly waitsForLock: boolean;
}

export interface ListedSessions {
  /** Those that this user may see, without the one that asks. */
  readonly listed: readonly ListedSession[];
  /** The one that asks. */
  readonly own: ListedSession | undefined;
  /** Transactions that have ended since the server started, where it traces them. */
  readonly ended: number | undefined;
}

const idleInTransaction = 'idle in transaction';

const lockStates = /^(?:Waiting for .*\block|Waiting for table flush|User lock)$/i;

/** What is in the list, of which SHOW writes the columns another way. */
export function sessionsIn({ rows }: SessionList, id: number): ListedSessions {
  const of = (kind: string) => rows.filter((row) => (textIn(row, 'kind') ?? 'session') === kind);
  const programs = new Map(of('program').map((row) => [numberIn(row, 'id'), textIn(row, 'user') || undefined]));
  const isTraced = of('tracing').length > 0;
  // By threads, or by sessions.
  const open = new Map(
    of(isTraced ? 'traced' : 'transaction').map((row) => [
      numberIn(row, isTraced ? 'thread' : 'id'),
      Math.max(0, numberIn(row, 'time') ?? 0),
    ]),
  );

  const sessions = of('session').flatMap((row): ListedSession[] => {
    const text = (name: string) => textIn(row, name) ?? textIn(row, `${name[0]?.toUpperCase()}${name.slice(1)}`);
    const [user = '', command = '', host = ''] = [text('user'), text('command'), text('host')];
    if (!isClientRow(command, user)) return [];
    const own = Number(text('id'));
    const transactionSeconds = open.get(isTraced ? numberIn(row, 'thread') : own);
    return [
      {
        id: own,
        user,
        host,
        database: text('db'),
        application: programs.get(own),
        state: command === 'Sleep' && transactionSeconds !== undefined ? idleInTransaction : command.toLowerCase(),
        seconds: Math.max(0, Number(text('time') ?? 0) || 0),
        transactionSeconds,
        waitsForLock: lockStates.test(text('state') ?? ''),
      },
    ];
  });
  return {
    listed: sessions.filter((one) => one.id !== id),
    own: sessions.find((one) => one.id === id),
    ended: isTraced ? numberIn(of('ended')[0], 'time') : undefined,
  };
}

/** Sessions that idle in a transaction, the oldest by the time since its last statement began. */
export function idlingIn(listed: readonly ListedSession[]): NonNullable<Sessions['idleInTransaction']> {
  const idle = listed.filter(({ state }) => state === idleInTransaction);
  if (idle.length === 0) return { sessions: 0 };
  const ages = idle.map(({ seconds, transactionSeconds = seconds }) => Math.min(seconds, transactionSeconds));
  return { sessions: idle.length, oldestSeconds: Math.max(...ages) };
}

/** Sessions that are alike as one, the largest groups first. */
export function groupsOf(listed: readonly ListedSession[]): SessionGroup[] {
  const groups = new Map<string, SessionGroup>();
  for (const { user, host, database, state, application } of listed) {
    const client = clientOf(host);
    const key = JSON.stringify([user, client, database, state, application]);
    const connections = (groups.get(key)?.connections ?? 0) + 1;
    const more = withoutUndefined({ database, application, client, state: state || undefined });
    groups.set(key, { user: user || '?', connections, ...more });
  }
  return [...groups]
    .sort(([one, a], [other, b]) => b.connections - a.connections || (one < other ? -1 : 1))
    .map(([, group]) => group);
}

/** The host of a session without its port. */
export function clientOf(host: string): string | undefined {
  return host.replace(/:[^:]*$/, '') || undefined;
}
