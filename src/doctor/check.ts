import { PoolctlError } from '../base/errors.ts';
import type { Server } from '../engines/server.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import type { Inspection } from '../inspect/inspect.ts';

export interface Outcome {
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** What to do; for all that is not ok. */
  readonly fix?: string;
}

/** What earlier checks found, for later ones. */
export interface Findings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of environment variables that poolctl reads. */
  readonly variables: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly findTarget: () => Promise<{ target: ConnectionTarget; source: string; isExposed: boolean } | undefined>;
  target?: ConnectionTarget;
  server?: Server;
  inspection?: Inspection;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  /** The check without which this one makes no sense. */
  readonly after?: string;
  run(findings: Findings): Promise<Outcome | undefined>;
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: Outcome['status'] | 'skipped';
  readonly detail: string;
  readonly fix?: string;
}

/** Runs the checks in order. One whose predecessor found nothing to go on is skipped; an error of its own is its failure. */
export async function runChecks(checks: readonly Check[], findings: Findings): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const failed = new Set<string>();
  for (const { id, title, after, run } of checks) {
    if (after !== undefined && failed.has(after)) {
      failed.add(id);
      results.push({ id, title, status: 'skipped', detail: 'an earlier check failed' });
      continue;
    }
    const outcome = await attempt(() => run(findings));
    if (outcome?.status === 'failed') failed.add(id);
    results.push({ id, title, ...(outcome ?? { status: 'skipped', detail: 'does not apply' }) });
  }
  return results;
}

async function attempt(run: () => Promise<Outcome | undefined>): Promise<Outcome | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    return {
      status: 'failed',
      detail: `${error.code}: ${error.message}`,
      ...(error.hint !== undefined && { fix: error.hint }),
    };
  }
}
