import { withoutUndefined } from '../base/without-undefined.ts';
import { defaultPorts, parseDsn } from './dsn.ts';
import { ConnectionTarget } from './target.ts';

/**
 * The server of a DSN, `postgres://…` or `mysql://…`; a ConnectionTarget as it is. Without the certificates that a DSN may
 * name: files are the caller's to read, into a ConnectionTarget. @throws PoolctlError DSN_INVALID
 */
export function connectionTarget(server: string | ConnectionTarget): ConnectionTarget {
  if (typeof server !== 'string') return server;
  const {
    protocol,
    host = 'localhost',
    port,
    user,
    tlsMode,
    socketPath,
    password,
    database,
  } = parseDsn(server, 'the DSN');
  return new ConnectionTarget({
    protocol,
    host,
    port: port ?? defaultPorts[protocol],
    user: user ?? (protocol === 'postgres' ? 'postgres' : 'root'),
    ...withoutUndefined({ socketPath, password, database }),
    tls: { mode: tlsMode ?? 'prefer' },
  });
}
