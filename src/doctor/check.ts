import type { Server } from '../engines/server.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import type { Inspection } from '../inspect/inspection.ts';

/** The server that is looked at, what named it, and what is to be said of that. */
export interface FoundTarget {
  readonly target: ConnectionTarget;
  readonly source: string;
  /** Its password was on the command line. */
  readonly isExposed: boolean;
  readonly remarks?: readonly string[];
}

/** What a check found. */
export interface CheckOutcome {
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** What to do; for all that is not ok. */
  readonly fix?: string;
}

/** What earlier checks found, for later ones. */
export interface DoctorFindings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of environment variables that poolctl reads. */
  readonly variables: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly findTarget: () => Promise<FoundTarget | undefined>;
  target?: ConnectionTarget;
  server?: Server;
  inspection?: Inspection;
}

/** A check of `doctor`; `run` answers undefined where the check does not apply. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** The check without which this one makes no sense. */
  readonly after?: string;
  run(findings: DoctorFindings): Promise<CheckOutcome | undefined>;
}

/** The outcome of a check with its name; `skipped` where the check does not apply or the one it needs failed. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: CheckOutcome['status'] | 'skipped';
  readonly detail: string;
  readonly fix?: string;
}
