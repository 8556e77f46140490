import { availableParallelism } from 'node:os';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import type { LiveBudget } from '../../inspect/live-budget.ts';
import type { ModeFindings } from '../modes/mode.ts';
import type { ProbeRequest, ProbeTask } from '../request.ts';
import type { CleanUp, GuardStatus, ProbeResult, Transport } from '../result.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { Bench } from './bench.ts';

export interface ProbeOutcome {
  readonly run: string;
  readonly request: ProbeRequest;
  readonly facts: ServerFacts;
  readonly workload: ProbeWorkload;
  readonly budget: ProbeResult['budget'];
  readonly bench: Bench;
  readonly findings: ModeFindings;
  readonly transport: Transport | undefined;
  readonly guards: readonly GuardStatus[];
  readonly leftBefore: readonly string[];
  readonly failure: unknown;
  readonly cleanUp: CleanUp;
  readonly pooler: ProbeResult['pooler'];
  /** How long the whole probe took. */
  readonly seconds: number;
}

/** Whether there is anything to show. */
export function isEmpty({ runs, unpooled, ramp }: ModeFindings): boolean {
  return runs.length === 0 && unpooled.length === 0 && ramp === undefined;
}

export function resultOf(outcome: ProbeOutcome): ProbeResult {
  const { run, request, facts, workload, budget, bench, findings, transport, failure, cleanUp, seconds } = outcome;
  const { task, arrivals, seed, threads, interrupted, startedAt, durationMs } = request;
  const stoppedBy =
    bench.stoppedBy ?? (failure === undefined ? undefined : { guard: 'error', message: messageOf(failure) });
  return {
    run,
    mode: task.kind,
    finished: interrupted.aborted ? 'interrupted' : stoppedBy ? 'stopped' : 'complete',
    target: targetOf(facts),
    ...withoutUndefined({ pooler: outcome.pooler }),
    workload: workloadOf(workload),
    budget,
    guards: outcome.guards,
    ...(outcome.leftBefore.length > 0 && { leftBefore: outcome.leftBefore }),
    load: { ...demandOfTask(task), arrivals: arrivals.name, seed, threads, durationMs },
    ...withoutUndefined({
      stoppedBy: interrupted.aborted ? undefined : stoppedBy,
      stoodStill: stillsOf(bench.stills),
      transport,
      ramp: findings.ramp,
      recommendation: findings.recommendation,
      noRecommendation: findings.noRecommendation,
      verification: findings.verification,
      split: findings.split,
      comparison: findings.comparison,
      stall: findings.stall,
      unpooled: findings.unpooled.length > 0 ? findings.unpooled : undefined,
    }),
    runs: findings.runs,
    cleanUp,
    seconds,
    metadata: metadataOf(startedAt, bench.parts.driver.name),
  };
}

export function stillsOf(stills: Bench['stills']): ProbeResult['stoodStill'] {
  return stills.length === 0 ? undefined : { times: stills.length, longestMs: Math.max(...stills) };
}

export function metadataOf(startedAt: Date, drivers: string): ProbeResult['metadata'] {
  return { startedAt: startedAt.toISOString(), node: process.version, drivers, cores: availableParallelism() };
}

/** What one instance asks for, and how many there will be. */
export function demandOfTask(task: ProbeTask): Pick<ProbeResult['load'], 'tps' | 'instances'> {
  const tps = 'tps' in task ? task.tps : undefined;
  const instances = 'instances' in task ? task.instances : undefined;
  return withoutUndefined({ tps, instances: instances === 1 ? undefined : instances });
}

/** Without its statements and values, which may be private. */
export function workloadOf({ name, description, readOnly, transportOnly }: ProbeWorkload): ProbeResult['workload'] {
  return { name, description, readOnly, transportOnly };
}

export function targetOf({ engine, version, address, user, database, encrypted }: ServerFacts): ProbeResult['target'] {
  return { engine, version, address, user, ...withoutUndefined({ database }), encrypted };
}

export function budgetOf(budget: LiveBudget, share: number, allowed: number): ProbeResult['budget'] {
  return { ...budget, share, allowed };
}

export function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
