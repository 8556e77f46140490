import type { SslOptions } from 'mysql2';
import type { TlsChoice } from '../tls.ts';

/** The choice as mysql2 wants it. */
export function sslOptions({ verify, files }: TlsChoice): SslOptions {
  return { ...files, rejectUnauthorized: verify !== 'nothing', verifyIdentity: verify === 'name' };
}

/** mysql2 puts a code of its own over the one that says what is wrong with a certificate. */
export function withTlsCode<T extends Error & { code?: string }>(error: T, stream: unknown): T {
  const { authorizationError } = (stream ?? {}) as { authorizationError?: unknown };
  if (error.code === 'HANDSHAKE_SSL_ERROR' && authorizationError) error.code = String(authorizationError);
  return error;
}
