import type { ErrorCode } from '../base/errors.ts';
import type { TargetPhase } from './state.ts';

/** It answers, and another try will not help until someone changes something. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'AUTH_FAILED',
  'DATABASE_UNKNOWN',
  'DSN_INVALID',
  'POOLER_CONSOLE',
  'PRIVILEGE_MISSING',
  'PROTOCOL_MISMATCH',
  'SECRET_UNAVAILABLE',
  'TLS_REQUIRED',
  'TLS_UNSUPPORTED',
  'TLS_UNTRUSTED',
]);

/** What the code of a failure says of its target. A full server is there: it is not unreachable. */
export function phaseOfFailure(code: string): TargetPhase {
  if (code === 'SERVER_FULL') return 'saturated';
  return refusals.has(code) ? 'refused' : 'unreachable';
}

const ofTheStatement: ReadonlySet<string> = new Set<ErrorCode>(['SERVER_TIMEOUT', 'QUERY_FAILED', 'PRIVILEGE_MISSING']);

/** Whether the connection lives on after a look that failed by this: a full server would give no other. */
export function keepsConnection(code: string): boolean {
  return ofTheStatement.has(code);
}
