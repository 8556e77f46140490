import { poolText } from '../../base/pool-notation.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import { mostOfEach } from '../analyse/advice.ts';
import { probeRun } from '../analyse/figures.ts';
import { missesTargets, missSentence } from '../analyse/targets.ts';
import { proofLoads } from '../plan/plan.ts';
import type { Advice, ProbeRun } from '../result.ts';
import { type ModeContext, openStepPlan } from './mode.ts';

const mostRaises = 2;
const raise = 1.25;

/** Runs what was advised under the load that it is for. Where requests wait longer than they work, a larger pool is tried. */
export async function prove(
  context: ModeContext,
  proofMs: number,
  load: { readonly tps?: number; readonly capacityPerSecond?: number },
): Promise<void> {
  const { findings, allowed, bench } = context;
  const advice = findings.recommendation;
  if (!advice || bench.isOver) return;
  if (advice.connectionLimit > allowed) {
    findings.recommendation = withReason(
      advice,
      `Not proven by a run: the guard allows ${allowed} connections at once here; --share allows more.`,
    );
    return;
  }
  const loads = proofLoads(proofMs, load);
  for (const { ratePerSecond, durationMs } of loads) {
    const run = await proveOnce(context, advice, ratePerSecond, durationMs);
    if (run && load.tps !== undefined) await raiseUntilServed(context, run, ratePerSecond, durationMs);
  }
}

async function proveOnce(
  context: ModeContext,
  { connectionLimit, queueLimit, acquireTimeoutMs }: Advice,
  ratePerSecond: number,
  durationMs: number,
): Promise<ProbeRun | undefined> {
  const pool = { connectionLimit, queueLimit, acquireTimeoutMs };
  const plan = openStepPlan(context, pool, ratePerSecond, durationMs);
  const run = await context.bench.step(`proof, ${Math.round(ratePerSecond)}/s on a pool of ${poolText(pool)}`, plan);
  if (!run) return undefined;
  const found = probeRun(`proof at ${Math.round(ratePerSecond)}/s`, plan, [run]);
  context.findings.runs.push(found);
  return found;
}

async function raiseUntilServed(
  context: ModeContext,
  first: ProbeRun,
  ratePerSecond: number,
  durationMs: number,
): Promise<void> {
  const { findings, allowed, bench, budget } = context;
  let run: ProbeRun | undefined = first;
  for (let raised = 0; raised < mostRaises && run && missesTargets(run) && !bench.isOver; raised += 1) {
    const { recommendation: advice } = findings;
    if (!advice) return;
    const most = Math.min(allowed, mostOfEach(budget, advice.instances ?? 1), advice.most ?? allowed);
    const connectionLimit = Math.min(most, Math.ceil(advice.connectionLimit * raise));
    if (connectionLimit <= advice.connectionLimit) return;
    const { instances } = advice;
    const all = instances === undefined ? '' : ` in each instance, ${formatNumber(connectionLimit * instances)} in all`;
    const why = `${missSentence(run)} with ${formatCount(advice.connectionLimit, 'connection')}: raised to ${connectionLimit}${all}.`;
    findings.recommendation = withReason({ ...advice, connectionLimit }, why);
    run = await proveOnce(context, findings.recommendation, ratePerSecond, durationMs);
  }
}

function withReason(advice: Advice, reason: string): Advice {
  return { ...advice, reasons: [...advice.reasons, reason] };
}
