import { type ErrorCode, type ExitCode, errorCodes, PoolctlError } from '../../base/errors.ts';
import type { AlarmsSeen } from '../../watch/alarms-seen.ts';
import type { AlarmSeverity, TargetState, WatchState } from '../../watch/state.ts';

interface Outcome {
  readonly state: WatchState;
  readonly seen: AlarmsSeen;
  readonly failOn: AlarmSeverity | undefined;
  /** A document on standard output says it all: no error may follow it. */
  readonly isDocument: boolean;
}

/** 1 after an alarm that --fail-on names. @throws PoolctlError where no target was ever reached (exit code 3) */
export function exitCodeOf({ state: { targets }, seen, failOn, isDocument }: Outcome): ExitCode {
  const isReached = targets.some(({ look, phase }) => look !== undefined || phase === 'saturated');
  if (isReached && failOn !== undefined && seen.has(failOn)) return 1;
  if (targets.some(({ look }) => look !== undefined)) return 0;
  // Ended before any of them could answer.
  if (targets.every(({ failure }) => failure === undefined)) return 0;
  if (isDocument) return 3;
  throw notReached(targets);
}

function notReached(targets: readonly TargetState[]): PoolctlError {
  const failures = targets.flatMap(({ name, failure }) => (failure ? [{ name, ...failure }] : []));
  const [first] = failures;
  const code = first && isErrorCode(first.code) ? first.code : 'AUTH_FAILED';
  const texts = failures.map(({ name, message }) => (targets.length > 1 ? `${name}: ${message}` : message));
  const start = targets.length > 1 ? 'No target was reached. ' : '';
  return new PoolctlError(code, `${start}${texts.slice(0, 5).join(' ')}`, { hint: first?.hint });
}

/** Another one is of a DSN that was found wrong at the login. */
function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code) && errorCodes[code as ErrorCode].exit === 3;
}
