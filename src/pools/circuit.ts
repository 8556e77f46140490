import { backoffMs } from './backoff.ts';
import type { FailureKind } from './failure-kind.ts';
import type { CircuitState } from './report.ts';

/** Whether connecting is tried at all. */
export interface Circuit {
  readonly state: CircuitState;
  /** Failures in a row. */
  readonly failures: number;
  /** How often it opened since the last success. */
  readonly opened: number;
  /** When a trial may begin, while it is open; without it, never. */
  readonly retryAtMs?: number;
  readonly lastFailure?: FailureKind;
}

export interface CircuitRules {
  /** Opens at so many failures in a row. */
  readonly circuitFailures: number;
  readonly circuitBaseMs: number;
  readonly circuitCapMs: number;
}

export const closedCircuit: Circuit = { state: 'closed', failures: 0, opened: 0 };

/** Whether an attempt may begin now. While a trial is under way, none may. */
export function mayTry({ state, retryAtMs }: Circuit, nowMs: number): boolean {
  return state === 'closed' || (state === 'open' && retryAtMs !== undefined && nowMs >= retryAtMs);
}

/** An attempt begins that `mayTry` allowed. */
export function afterTrying(circuit: Circuit): Circuit {
  if (circuit.state !== 'open') return circuit;
  const { retryAtMs: _, ...rest } = circuit;
  return { ...rest, state: 'half-open' };
}

/** A full server answered: it is no failure, and a trial that met it may be repeated. */
export function afterFailure(
  circuit: Circuit,
  kind: FailureKind,
  rules: CircuitRules,
  nowMs: number,
  random: number,
): Circuit {
  if (kind === 'full') return closedCircuit;
  const failures = circuit.failures + 1;
  // Of attempts that began before it opened.
  if (circuit.state === 'open') return { ...circuit, failures, lastFailure: kind };
  // Repeated bad logins lock accounts; an unknown database does not come by itself.
  const opensAtOnce = circuit.state === 'half-open' || kind === 'auth' || kind === 'database';
  if (!opensAtOnce && failures < rules.circuitFailures) return { ...circuit, failures, lastFailure: kind };
  const opened = circuit.opened + 1;
  const open: Circuit = { state: 'open', failures, opened, lastFailure: kind };
  if (kind === 'database') return open;
  return { ...open, retryAtMs: nowMs + backoffMs(opened, rules.circuitBaseMs, rules.circuitCapMs, random) };
}
