import type { AcquireFailure } from './facts.ts';

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EMFILE',
  'ENOENT', // of a socket file
]);

/** How a library says one kind of failure: a part of the message, or a code. */
export type FailureSign = readonly [sign: string | RegExp, kind: AcquireFailure];

/** The kind of an acquire's error by the signs of its library, then by the codes of sockets and servers. */
export function failureKind(error: unknown, signs: readonly FailureSign[] = []): AcquireFailure {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  for (const [sign, kind] of signs) {
    if (typeof sign === 'string' ? sign === code : sign.test(message)) return kind;
  }
  if (error instanceof Error && error.name === 'AbortError') return 'aborted';
  return code !== undefined && isConnectCode(code) ? 'connect' : 'other';
}

/** A socket's code; a SQLSTATE of PostgreSQL for login, unknown database, too many connections or start; the same of MySQL. */
function isConnectCode(code: string): boolean {
  return (
    networkCodes.has(code) || /^(?:08|28|53|57P|3D)/.test(code) || /^ER_(?:ACCESS_DENIED|BAD_DB|CON_COUNT)/.test(code)
  );
}

/** What names an error without its text, which may hold secrets: its code, else its class. */
export function errorTypeOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.name : typeof error);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[\w-]{1,64}$/.test(error.code) ? error.code : undefined;
}
