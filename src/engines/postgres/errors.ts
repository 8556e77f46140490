import { PoolctlError } from '../../base/errors.ts';
import { failure, lost, networkFailure, otherProtocol, tlsHint, type Wire, wordsOf } from '../failure.ts';
import type { ConnectionTarget } from '../target.ts';
import { poolerReason } from './pooler-errors.ts';

/** What pg's errors carry, beside the message. */
interface PgError {
  readonly code?: string;
  readonly routine?: string;
}

/** The one place where errors of pg, of PostgreSQL and of poolers before it become poolctl's own. */
export function postgresFailure(error: unknown, target: ConnectionTarget, wire: Wire): PoolctlError {
  if (error instanceof PoolctlError) return error;
  const { code, routine } = error as PgError;
  const message = wordsOf(error);
  const { address, user, database } = target;
  const network = networkFailure(error, target, wire);
  if (network) return network;

  switch (code) {
    case '28P01':
      return refusedLogin();
    case '28000':
      if (routine === 'InitializeSessionUserId') {
        return failure(
          'AUTH_FAILED',
          `PostgreSQL at ${address} has no role "${user}" that may log in (28000).`,
          'An administrator can: CREATE ROLE ... LOGIN, or ALTER ROLE ... LOGIN.',
          error,
        );
      }
      if (isTlsRequired()) {
        return failure(
          'TLS_REQUIRED',
          `${address} lets no one in without TLS.`,
          'Add ?sslmode=require to the DSN.',
          error,
        );
      }
      return failure(
        'AUTH_FAILED',
        `PostgreSQL at ${address} does not let "${user}" in from here (28000).`,
        'pg_hba.conf has no line for this user, database, address and encryption; its administrator can add one.',
        error,
      );
    case '3D000':
      return unknownDatabase();
    case '53300':
      return serverFull(routine ?? routineOf(message), target, error);
    case '57P03':
      return failure(
        'SERVER_NOT_READY',
        `${address} is starting up, shutting down or recovering.`,
        'Try again in a while.',
        error,
      );
    case '57014':
    case '55P03':
    case '25P03':
    case '25P04':
      return failure(
        'SERVER_TIMEOUT',
        `${address} ended a statement of poolctl, which took too long (${code}).`,
        'The server is very busy; try --timeout 30s.',
        error,
      );
    case '42501':
      return routine === 'CheckMyDatabase'
        ? failure(
            'PRIVILEGE_MISSING',
            `"${user}" may not connect to the database "${database ?? user}" (42501).`,
            'GRANT CONNECT ON DATABASE ... TO the user, or name another database.',
            error,
          )
        : failure(
            'PRIVILEGE_MISSING',
            `"${user}" may not read what is needed (42501).`,
            'GRANT pg_monitor TO the user.',
            error,
          );
    case '55000':
      if (routine !== 'CheckMyDatabase') break;
      return failure(
        'SERVER_NOT_READY',
        `The database "${database ?? user}" of ${address} takes no connections (55000).`,
        'Name another one in the DSN, or: ALTER DATABASE ... ALLOW_CONNECTIONS true.',
        error,
      );
    case '57P01':
    case '57P02':
    case '57P05':
      return lost(target, wire, error);
    case '08P01':
      return poolerFailure();
    default:
      break;
  }
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    return failure(
      'QUERY_FAILED',
      `${address} refused a statement of poolctl: ${message} (${code}).`,
      'Please report it, with the version of the server.',
      error,
    );
  }
  if (/does not support SSL/.test(message)) {
    return failure('TLS_UNSUPPORTED', `${address} has no TLS.`, tlsHint, error);
  }
  if (/client password must be|SASL/.test(message)) {
    return target.password
      ? refusedLogin()
      : failure(
          'AUTH_FAILED',
          `${address} asks "${user}" for a password, and none was given.`,
          'Put it into DATABASE_URL, PGPASSWORD or the file of --url-file.',
          error,
        );
  }
  if (/error establishing an SSL connection/.test(message)) {
    return (
      otherProtocol(target, wire.greeting) ??
      failure(
        'PROTOCOL_MISMATCH',
        `${address} does not speak PostgreSQL's protocol.`,
        'Check the port; a server that is full also answers so to sslmode other than disable.',
        error,
      )
    );
  }
  return lost(target, wire, error);

  /** "no encryption" stands in every refusal without TLS, also where there is no TLS to have. */
  function isTlsRequired(): boolean {
    if (/SSL required|requires SSL/i.test(message)) return true;
    const isOff = target.tlsMode === 'disable' && target.socketPath === undefined;
    return isOff && /pg_hba\.conf .*(?:no encryption|SSL off)/.test(message);
  }

  function refusedLogin(): PoolctlError {
    return failure(
      'AUTH_FAILED',
      `PostgreSQL at ${address} refused "${user}": wrong user or password${code ? ` (${code})` : ''}.`,
      'Check the password and where it comes from; characters such as @ : / # % in it are best percent-encoded.',
      error,
    );
  }

  function unknownDatabase(): PoolctlError {
    return failure(
      'DATABASE_UNKNOWN',
      `${address} has no database "${database ?? user}".`,
      'Name it at the end of the DSN: postgres://user@host:5432/database.',
      error,
    );
  }

  /** PgBouncer and Supavisor say everything with 08P01, in English. */
  function poolerFailure(): PoolctlError {
    // Before 1.26 PgBouncer says so too what the server behind it refused.
    const refusedBy = routineOf(message);
    if (refusedBy !== undefined) return serverFull(refusedBy, target, error);
    const reason = poolerReason({ address, user, database: database ?? user, message });
    if (reason) return failure(reason.code, reason.message, reason.hint, error);
    if (/no such database/i.test(message)) return unknownDatabase();
    if (/password|auth|no such user/i.test(message)) return refusedLogin();
    return failure(
      'QUERY_FAILED',
      `The pooler at ${address} refused: ${message}.`,
      'Connect to the server itself, past the pooler.',
      error,
    );
  }
}

/** A pooler hands on the server's words, and not the routine that raised them. */
function routineOf(message: string): string | undefined {
  if (/too many connections for role/.test(message)) return 'InitializeSessionUserId';
  if (/too many connections for database/.test(message)) return 'CheckMyDatabase';
  if (/remaining connection slots/.test(message)) return 'InitPostgres';
  return /too many clients already/.test(message) ? 'InitProcess' : undefined;
}

/** SQLSTATE 53300 has four reasons; the routine that raised it tells them apart in every language. */
function serverFull(
  routine: string | undefined,
  { address, user, database }: ConnectionTarget,
  cause: unknown,
): PoolctlError {
  const hint =
    'Close some, or ask through a role that may use reserved slots; an administrator can: SELECT count(*) FROM pg_stat_activity.';
  switch (routine) {
    case 'InitPostgres':
      return failure(
        'SERVER_FULL',
        `${address} has only slots left that are reserved for administrators.`,
        hint,
        cause,
      );
    case 'InitializeSessionUserId':
      return failure(
        'SERVER_FULL',
        `The role "${user}" has as many connections as its CONNECTION LIMIT allows.`,
        'Close some, or: ALTER ROLE ... CONNECTION LIMIT n.',
        cause,
      );
    case 'CheckMyDatabase':
      return failure(
        'SERVER_FULL',
        `The database "${database ?? user}" has as many connections as its CONNECTION LIMIT allows.`,
        'Close some, or: ALTER DATABASE ... CONNECTION LIMIT n.',
        cause,
      );
    default:
      return failure('SERVER_FULL', `Every connection of ${address} is taken.`, hint, cause);
  }
}
