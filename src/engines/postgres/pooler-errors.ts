import type { ErrorCode } from '../../base/errors.ts';

/** What is known of who asked. */
interface Asked {
  readonly address: string;
  readonly user: string;
  readonly database: string;
  /** The pooler's own words. */
  readonly message: string;
}

interface Reason {
  readonly says: RegExp;
  readonly code: ErrorCode;
  readonly message: (asked: Asked) => string;
  readonly hint: string;
}

/**
 * What a pooler says of itself, and what it means: PgBouncer 1.18 to 1.26 (janitor.c, client.c, objects.c and server.c) and
 * Supavisor say it with 08P01, in English. The first that fits.
 */
const reasons: readonly Reason[] = [
  {
    // query_timeout with an underscore is of a query that still waits; one that runs meets "query timeout".
    says: /query_(?:wait_)?timeout/,
    code: 'SERVER_FULL',
    message: ({ address, user, database, message }) =>
      `The pooler at ${address} had no connection to the server within its ${message.match(/query_\w+/)?.[0]}: all that "${user}" may have for "${database}" were busy.`,
    hint: 'Look for transactions that are held open, and for slow statements; SHOW POOLS on its console has cl_waiting and maxwait. Where neither is there: raise pool_size, or max_db_connections if that is lower.',
  },
  {
    says: /no more connections allowed|client connections exceeded|max client connections|max clients/i,
    code: 'SERVER_FULL',
    message: ({ address, message }) => `The pooler at ${address} takes no more clients: ${message}.`,
    hint: 'Raise that limit of the pooler (PgBouncer: max_client_conn), or use fewer connections.',
  },
  {
    says: /server login has been failing|server_login_retry|server down|cannot connect|connect(?:ion)? failed|server DNS lookup failed|connect timeout|login failed/i,
    code: 'SERVER_NOT_READY',
    message: ({ address, message }) => `The pooler at ${address} cannot log in to the server behind it: ${message}.`,
    hint: 'Its log says why. PgBouncer tries again after server_login_retry, 15 s.',
  },
  {
    says: /query timeout|transaction timeout|client_idle_timeout/i,
    code: 'SERVER_TIMEOUT',
    message: ({ address, message }) => `The pooler at ${address} ended the session by a limit of its own: ${message}.`,
    hint: 'The server is very busy, or that limit of the pooler is short.',
  },
  {
    says: /shutting down|is disabled|pause failed|suspend_timeout/i,
    code: 'SERVER_NOT_READY',
    message: ({ address, message }) => `The pooler at ${address} takes no sessions now: ${message}.`,
    hint: 'Try again in a while.',
  },
  {
    says: /server conn crashed|admin forced disconnect/i,
    code: 'CONNECTION_LOST',
    message: ({ address, message }) => `The pooler at ${address} has ended the session: ${message}.`,
    hint: 'The server behind it was restarted or has ended the session, or an administrator has.',
  },
  {
    says: /^not allowed$/,
    code: 'PRIVILEGE_MISSING',
    message: ({ address, user }) => `"${user}" may not use the console of PgBouncer at ${address}.`,
    hint: 'Add the user to stats_users of PgBouncer, which may read and change nothing.',
  },
];

/** Undefined where the pooler means something that has nothing to do with itself. */
export function poolerReason(asked: Asked): { code: ErrorCode; message: string; hint: string } | undefined {
  const found = reasons.find(({ says }) => says.test(asked.message));
  return found && { code: found.code, message: found.message(asked), hint: found.hint };
}
