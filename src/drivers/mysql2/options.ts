import type { Socket } from 'node:net';
import type { ConnectionOptions, SslOptions } from 'mysql2';
import { sslOptions } from '../../engines/mysql/ssl.ts';
import type { TlsChoice } from '../../engines/tls.ts';
import type { LoadTarget } from '../driver.ts';
import type { LoadLine } from '../line.ts';
import { traitsOf } from '../traits.ts';

/** How to log in. mysql2 asks `stream` for a socket each time that it opens a connection. */
export function loginOptions(
  to: LoadTarget,
  stream: (made: { readonly config: unknown }) => Socket,
): ConnectionOptions {
  const { host, port, user, password, database, socketPath } = to.target;
  const { tls } = traitsOf(to.target);
  return {
    host,
    port,
    user,
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(socketPath !== undefined && { socketPath }), // Tells mysql2 that a Unix socket is safe for passwords.
    ...(tls && { ssl: sslOf(tls) }),
    connectAttributes: { program_name: to.safety.tag },
    connectTimeout: 0, // The line has a timeout of its own, which covers the login and the limits as well.
    stream,
  };
}

export function dial({ target, via }: LoadTarget, line: LoadLine): Socket {
  if (target.socketPath !== undefined && !via) return line.socket.connect(target.socketPath);
  return line.toward(target.host, target.port, via);
}

const known = new WeakMap<TlsChoice, SslOptions>();

/** One object for all connections: mysql2 finds prepared statements, and TLS sessions to resume, by its identity. */
function sslOf(tls: TlsChoice): SslOptions {
  const ssl = known.get(tls) ?? sslOptions(tls);
  known.set(tls, ssl);
  return ssl;
}
