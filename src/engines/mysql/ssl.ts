import type { SslOptions } from 'mysql2';
import type { TlsChoice } from '../tls.ts';

/** The choice as mysql2 wants it. */
export function sslOptions({ verify, files }: TlsChoice): SslOptions {
  return { ...files, rejectUnauthorized: verify !== 'nothing', verifyIdentity: verify === 'name' };
}

/** Restores the code that says what is wrong with a certificate: mysql2 overwrites it with its own. */
export function withTlsCode<T extends Error & { code?: string }>(error: T, stream: unknown): T {
  const { authorizationError } = (stream ?? {}) as { authorizationError?: unknown };
  if (error.code === 'HANDSHAKE_SSL_ERROR' && authorizationError) error.code = String(authorizationError);
  return error;
}
