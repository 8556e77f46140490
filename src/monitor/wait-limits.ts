import { withoutUndefined } from '../base/without-undefined.ts';
import type { WaitLimits } from './facts.ts';

/** From settings of a library, where 0, nothing and what is no number stand for no limit. */
export function waitLimitsOf(acquireTimeoutMs: unknown, queueLimit?: unknown): WaitLimits {
  return withoutUndefined({ acquireTimeoutMs: limitIn(acquireTimeoutMs), queueLimit: limitIn(queueLimit) });
}

function limitIn(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isSafeInteger(number) ? number : undefined;
}
