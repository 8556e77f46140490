import type { PoolctlError } from '../../base/errors.ts';
import { failure, lost, networkFailure, tlsHint, type Wire, wordsOf } from '../failure.ts';
import type { ConnectionTarget } from '../target.ts';

/** What mysql2's errors carry, beside the message. SQLSTATE is missing when a server refuses before the login. */
interface MysqlError {
  readonly errno?: number;
  readonly code?: string;
}

/** The one place where errors of mysql2, MySQL, MariaDB and proxies before them become poolctl's own. */
export function mysqlFailure(error: unknown, target: ConnectionTarget, wire: Wire): PoolctlError {
  const { errno, code } = error as MysqlError;
  const message = wordsOf(error);
  const { address, user, database } = target;
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return failure('TLS_UNSUPPORTED', `${address} has no TLS.`, tlsHint, error);
  }
  if (code === 'HANDSHAKE_SSL_ERROR' && !/disconnected|reset|shutdown/i.test(message)) {
    return failure('TLS_UNSUPPORTED', `No TLS with ${address} (${message}).`, tlsHint, error);
  }
  const plugin = code === 'AUTH_SWITCH_PLUGIN_ERROR' && /unknown plugin (\w+)/.exec(message)?.[1];
  if (plugin) {
    return failure(
      'AUTH_FAILED',
      `${address} lets "${user}" in by the plugin ${plugin} alone, which the driver mysql2 does not have.`,
      'Use an account with a password of another plugin: mysql_native_password, or caching_sha2_password on MySQL.',
      error,
    );
  }
  // Errors of the socket have a negative errno (the operating system's), those of the server a positive one.
  const network = errno !== undefined && errno > 0 ? undefined : networkFailure(error, target, wire);
  if (network) return network;

  switch (errno) {
    case 1045:
    case 1698:
    case 1862:
      return failure(
        'AUTH_FAILED',
        target.password
          ? `${address} refused "${user}": wrong user, password or host it comes from (${errno}).`
          : `${address} refused "${user}" without a password (${errno}).`,
        target.tlsMode === 'disable'
          ? 'Check the password. Where the server or the account demands TLS, a login without it gets the same answer: try ?sslmode=require.'
          : 'Check the password and where it comes from; characters such as @ : / # % in it are best percent-encoded.',
        error,
      );
    case 1130:
      return failure(
        'AUTH_FAILED',
        `${address} lets no one in from this host (1130).`,
        'Create the user for this host: CREATE USER name@host.',
        error,
      );
    case 1129:
      return failure(
        'AUTH_FAILED',
        `${address} has blocked this host after too many failed connections (1129).`,
        'An administrator can run FLUSH HOSTS, or TRUNCATE performance_schema.host_cache.',
        error,
      );
    case 1049:
      return failure(
        'DATABASE_UNKNOWN',
        `${address} has no database "${database ?? ''}".`,
        'Name it at the end of the DSN: mysql://user@host:3306/database.',
        error,
      );
    case 1044:
      return failure(
        'PRIVILEGE_MISSING',
        `"${user}" may not use the database "${database ?? ''}", or there is none (1044).`,
        'GRANT SELECT ON database.* TO the user, or leave the database out of the DSN.',
        error,
      );
    case 1142:
    case 1143:
    case 1227:
    case 1370:
      return failure(
        'PRIVILEGE_MISSING',
        `"${user}" may not read what is needed (${errno}).`,
        'GRANT PROCESS ON *.* and SELECT ON performance_schema.* TO the user.',
        error,
      );
    case 1040:
      return failure(
        'SERVER_FULL',
        `Every connection of ${address} is taken (1040, Too many connections).`,
        'Close some, or ask through an administrator, for whom one slot is kept, or by the port of another door: extra_port of MariaDB, admin_port of MySQL.',
        error,
      );
    case 1203:
    case 1226:
      return failure(
        'SERVER_FULL',
        `"${user}" has as many connections as max_user_connections allows (${errno}).`,
        'Close some, or raise it: ALTER USER ... WITH MAX_USER_CONNECTIONS n.',
        error,
      );
    case 1053:
    case 1077:
    case 1079:
    case 3032:
      return failure(
        'SERVER_NOT_READY',
        `${address} is shutting down or not ready (${errno}).`,
        'Try again in a while.',
        error,
      );
    case 3024:
    case 1969:
    case 1205:
    case 1317:
      return failure(
        'SERVER_TIMEOUT',
        `${address} ended a statement of poolctl, which took too long (${errno}).`,
        'The server is very busy; try --timeout 30s.',
        error,
      );
    case 3159:
      return failure(
        'TLS_REQUIRED',
        `${address} lets no one in without TLS (3159).`,
        'Add ?sslmode=require to the DSN.',
        error,
      );
    case 1927:
    case 4031:
      return lost(target, wire, error);
    default:
      break;
  }
  if (errno === 1105 && /secure transport|TLS|SSL/i.test(message)) {
    return failure('TLS_REQUIRED', `${address} lets no one in without TLS.`, 'Add ?sslmode=require to the DSN.', error);
  }
  if (errno !== undefined && errno > 0) {
    return failure(
      'QUERY_FAILED',
      `${address} refused a statement of poolctl: ${message} (${errno}).`,
      'Please report it, with the version of the server.',
      error,
    );
  }
  return lost(target, wire, error);
}
