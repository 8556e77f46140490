/**
 * Why no connection came about:
 * - `network`: no answer, refused, reset, unknown host, or too late;
 * - `starting`: the server starts up or shuts down;
 * - `auth`: user, password or the host it comes from is refused;
 * - `database`: there is no such database, or the user may not use it;
 * - `full`: the server or a pooler before it has no connection left;
 * - `tls`: no agreement on encryption or the certificate;
 * - `secret`: the password could not be read;
 * - `other`: anything else.
 */
export type FailureKind = 'network' | 'starting' | 'auth' | 'database' | 'full' | 'tls' | 'secret' | 'other';

/** As people read it. */
export const failureTexts: Readonly<Record<FailureKind, string>> = {
  network: 'its server cannot be reached',
  starting: 'its server is starting up or shutting down',
  auth: 'its server refused the login',
  database: 'its server has no such database for this user',
  full: 'its server has no connection left',
  tls: 'no encrypted connection came about',
  secret: 'its password could not be read',
  other: 'its server or driver refused',
};

const network =
  /^(?:E(?:CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|MFILE))$/;
/** Codes of node:tls: a certificate that is not trusted, or no agreement. */
const tls = /^(?:ERR_(?:SSL|TLS)_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/** The kind of an error of the system; for the rest a driver knows better. */
export function systemFailureKind(error: unknown): FailureKind {
  const { code, errors, message } = Object(error) as { code?: unknown; errors?: unknown; message?: unknown };
  // A name with several addresses fails with all their errors.
  if (typeof code !== 'string' && Array.isArray(errors)) return systemFailureKind(errors[0]);
  if (typeof code === 'string' && network.test(code)) return 'network';
  if (typeof code === 'string' && tls.test(code)) return 'tls';
  // pg gives no code where the server hangs up.
  return /^Connection terminated/.test(String(message)) ? 'network' : 'other';
}

/** The code of an error, for a message; never its text. */
export function errorCodeOf(error: unknown): string {
  const { code, errno } = Object(error) as { code?: unknown; errno?: unknown };
  return typeof code === 'string' && /^[\w-]{1,64}$/.test(code) ? code : typeof errno === 'number' ? String(errno) : '';
}
