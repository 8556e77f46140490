import { PoolctlError } from '../base/errors.ts';

import type { Check, CheckOutcome, CheckResult, DoctorFindings, FoundTarget } from './check.ts';
import { checks } from './checks/index.ts';

/** What `doctor` needs before its first check. */
export interface DoctorInput {
  /** The environment, with the variables that may set poolctl or name a server. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of environment variables that poolctl reads: a POOLCTL_ variable beside these is a typo. */
  readonly variables: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The server, and what named it; undefined where none is named. */
  readonly findTarget: () => Promise<FoundTarget | undefined>;
}

/** Runs every check between here and a server, in order, and closes the session that they opened. */
export async function doctor(input: DoctorInput): Promise<CheckResult[]> {
  const findings: DoctorFindings = { ...input };
  return runChecks(checks, findings).finally(() => findings.server?.session.close());
}

/** Runs the checks in order. A check is skipped where the one it needs failed; an error that a check throws is its failure. */
export async function runChecks(checks: readonly Check[], findings: DoctorFindings): Promise<CheckResult[]> {
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

async function attempt(run: () => Promise<CheckOutcome | undefined>): Promise<CheckOutcome | undefined> {
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
