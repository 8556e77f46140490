import { availableParallelism } from 'node:os';
import { known } from '../../base/known.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import type { LiveBudget } from '../../inspect/live-budget.ts';
import type { Findings } from '../modes/mode.ts';
import type { ProbeRequest } from '../request.ts';
import type { CleanUp, ProbeResult, Transport } from '../result.ts';
import type { Workload } from '../workload/model.ts';
import type { Bench } from './bench.ts';

export interface Outcome {
  readonly request: ProbeRequest;
  readonly facts: ServerFacts;
  readonly workload: Workload;
  readonly budget: ProbeResult['budget'];
  readonly bench: Bench;
  readonly findings: Findings;
  readonly transport: Transport | undefined;
  readonly failure: unknown;
  readonly cleanUp: CleanUp;
  readonly seconds: number;
}

/** Whether there is anything to show. */
export function isEmpty({ runs, unpooled, ramp }: Findings): boolean {
  return runs.length === 0 && unpooled.length === 0 && ramp === undefined;
}

export function resultOf(outcome: Outcome): ProbeResult {
  const { request, facts, workload, budget, bench, findings, transport, failure, cleanUp, seconds } = outcome;
  const { task, arrivals, seed, threads, interrupted, startedAt } = request;
  const stoppedBy =
    bench.stoppedBy ?? (failure === undefined ? undefined : { guard: 'error', message: messageOf(failure) });
  return {
    mode: task.kind,
    finished: interrupted.aborted ? 'interrupted' : stoppedBy ? 'stopped' : 'complete',
    target: targetOf(facts),
    workload: workloadOf(workload),
    budget,
    load: { ...('tps' in task && known({ tps: task.tps })), arrivals: arrivals.name, seed, threads },
    ...known({
      stoppedBy: interrupted.aborted ? undefined : stoppedBy,
      transport,
      ramp: findings.ramp,
      recommendation: findings.recommendation,
      noRecommendation: findings.noRecommendation,
      verification: findings.verification,
      comparison: findings.comparison,
      stall: findings.stall,
      unpooled: findings.unpooled.length > 0 ? findings.unpooled : undefined,
    }),
    runs: findings.runs,
    cleanUp,
    seconds,
    metadata: {
      startedAt: startedAt.toISOString(),
      node: process.version,
      drivers: bench.parts.driver.name,
      cores: availableParallelism(),
    },
  };
}

/** Without its statements and values, which may be somebody's data. */
export function workloadOf({ name, description, readOnly, transportOnly }: Workload): ProbeResult['workload'] {
  return { name, description, readOnly, transportOnly };
}

export function targetOf({ engine, version, address, user, database, encrypted }: ServerFacts): ProbeResult['target'] {
  return { engine, version, address, user, ...known({ database }), encrypted };
}

export function budgetOf(budget: LiveBudget, share: number, allowed: number): ProbeResult['budget'] {
  return { ...budget, share, allowed };
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
