import type { LoadFailure, LoadFailureKind } from '../driver.ts';
import { classifyFailure } from '../failure.ts';

/** SQLSTATEs that say more than their class, the first two characters. */
const kinds: Readonly<Record<string, LoadFailureKind>> = {
  '08': 'connection-lost',
  '28': 'login-refused',
  '3D000': 'login-refused',
  '53300': 'server-full',
  '57014': 'statement-timeout',
  '57P01': 'connection-lost',
  '57P02': 'connection-lost',
  '57P03': 'connection-lost',
  '57P05': 'connection-lost',
  '25P03': 'connection-lost',
  '25P04': 'connection-lost',
  '55P03': 'lock-timeout',
  '40P01': 'deadlock',
  '40001': 'serialization',
  '25006': 'read-only',
};

/** PgBouncer says nearly everything with 08P01, and before 1.26 what the server behind it refused as well; pgpool-II with 53300. */
const ofPoolers: readonly (readonly [RegExp, LoadFailureKind])[] = [
  [/no more connections allowed|client connections exceeded|max client/i, 'pooler-full'],
  [/^Sorry, too many clients already/, 'pooler-full'],
  [/query_wait_timeout/, 'pooler-wait'],
  [/too many (?:clients|connections)|remaining connection slots/, 'server-full'],
];

/** pg and pg-pool give these errors no code. */
const texts: readonly (readonly [RegExp, LoadFailureKind, string])[] = [
  [/^timeout exceeded when trying to connect/, 'acquire-timeout', 'POOL_ACQUIRE_TIMEOUT'],
  [/^Connection terminated due to connection timeout/, 'connect-failed', 'CONNECT_TIMEOUT'],
  [/^Connection terminated/, 'connection-lost', 'CONNECTION_TERMINATED'],
  [/not queryable/, 'connection-lost', 'CONNECTION_TERMINATED'],
  [/^Cannot use a pool after/, 'connection-lost', 'POOL_CLOSED'],
  [/^SASL:/, 'login-refused', 'SASL'],
];

/** The class of an error of pg, pg-pool or PostgreSQL. */
export function classifyPostgres(error: Error): LoadFailure {
  return classifyFailure(error, byPostgres);
}

function byPostgres(error: Error): LoadFailure | undefined {
  const { code, message } = error as Error & { code?: string };
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code)) {
    const ofPooler = code === '08P01' || code === '53300' ? ofPoolers.find(([text]) => text.test(message)) : undefined;
    if (ofPooler) return { kind: ofPooler[1], label: code };
    return { kind: kinds[code] ?? kinds[code.slice(0, 2)] ?? 'sql-error', label: code };
  }
  const text = code === undefined ? texts.find(([pattern]) => pattern.test(message)) : undefined;
  return text && { kind: text[1], label: text[2] };
}
