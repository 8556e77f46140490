import { engineNames } from '../../base/engine.ts';
import { poolText } from '../../base/pool-notation.ts';
import { formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../../base/units.ts';
import { betterOf } from '../../probe/better.ts';
import type { ProbeResult, ProbeRun } from '../../probe/result.ts';
import { lostOf, mainRun } from '../../probe/runs.ts';
import type { View } from '../../render/view.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { limitNames } from './text.ts';

type Verdict = NonNullable<View['verdict']>;
type Part<Key extends keyof ProbeResult> = NonNullable<ProbeResult[Key]>;

/** The answer in one line: what to configure, or what the mode was asked. */
export function probeHeadline(result: ProbeResult): string {
  const { mode, verification, unpooled = [], stall, recommendation } = result;
  if (mode === 'verify' && verification) return verifyHeadline(verification);
  if (mode === 'compare') return betterOf(result.runs)?.headline ?? otherHeadline(result);
  if (mode === 'compare-unpooled' && unpooled.length > 0) return unpooledHeadline(unpooled);
  if (mode === 'stall' && stall) return stallHeadline(stall);
  if (recommendation) {
    const { connectionLimit, queueLimit, acquireTimeoutMs, instances } = recommendation;
    const each = instances === undefined ? '' : `   in each of ${formatNumber(instances)} instances`;
    return `connectionLimit ${connectionLimit}   queueLimit ${queueLimit}   acquireTimeout ${acquireTimeoutMs} ms${each}`;
  }
  return otherHeadline(result);
}

function otherHeadline(result: ProbeResult): string {
  return runsHeadline(result.runs) ?? transportHeadline(result);
}

function verifyHeadline({ checks, agrees }: Part<'verification'>): string {
  const right = checks.filter((check) => check.agrees).length;
  const count = `${formatNumber(right)} of ${formatCount(checks.length, 'figure')} lie${right === 1 ? 's' : ''} in the measured interval`;
  return `${agrees ? 'the prediction holds' : 'the prediction does not hold'}: ${count}`;
}

function unpooledHeadline(rows: Part<'unpooled'>): string {
  const factors = rows
    .map(({ pooled, unpooled }) => pooled.throughputPerSecond.value / unpooled.throughputPerSecond.value)
    .filter(Number.isFinite);
  if (factors.length === 0) return 'without a pool nothing was served';
  const [least, most] = [Math.min(...factors), Math.max(...factors)].map(formatNumber);
  return `a pool serves ${least === most ? least : `${least} to ${most}`} times as much as a new connection for each request`;
}

function stallHeadline(stall: Part<'stall'>): string {
  const failed = Object.values(stall.failedDuring).reduce((sum, count) => sum + count, 0);
  const after =
    stall.recoveredAfterMs === undefined
      ? 'not back to normal at the end'
      : `back to normal ${formatDuration(stall.recoveredAfterMs)} after it`;
  return `frozen for ${formatDuration(stall.toMs - stall.fromMs)}: ${formatNumber(failed)} failed, ${formatNumber(stall.servedLate)} served late, ${after}`;
}

function runsHeadline(runs: readonly ProbeRun[]): string | undefined {
  const [run] = runs;
  if (!run) return undefined;
  const wanted = run.wantedPerSecond === undefined ? '' : `${perSecond(run.wantedPerSecond)} wanted, `;
  const p95 = run.trustworthy ? formatDuration(run.totalMs.p95) : `(${formatDuration(run.totalMs.p95)})`;
  return `${poolText(run.pool)}: ${wanted}${perSecond(run.throughputPerSecond.value)} served, p95 ${p95}`;
}

function transportHeadline({ transport }: ProbeResult): string {
  if (!transport) return 'nothing was measured';
  return `round trip ${formatDuration(transport.roundTripMs.p50)}, a new connection ${formatDuration(transport.connectMs.p50)}`;
}

/** Why, with the figures; what cut the probe short comes before anything else. */
export function probeVerdict(result: ProbeResult): Verdict {
  const { finished, stoppedBy } = result;
  const found = findingOf(result);
  const details = [...found.details, targetText(result)];
  if (finished === 'complete') return { ...found, details };
  const why =
    finished === 'interrupted'
      ? 'interrupted: what was measured until then.'
      : `stopped by ${stopperOf(stoppedBy?.guard)}: ${sentence(stoppedBy?.message ?? 'what was measured until then')}`;
  return { answer: 'unknown', text: `${why} ${capital(found.text)}`, details };
}

function findingOf(result: ProbeResult): Verdict {
  const { verification, workload, recommendation } = result;
  if (result.mode === 'verify' && verification) return verifyFinding(result);
  const load = loadFinding(mainRun(result));
  if (result.mode === 'compare') {
    const better = betterOf(result.runs);
    return { answer: better?.isClear ? 'yes' : 'unknown', text: better?.reason ?? load.text, details: [] };
  }
  if (result.mode === 'stall' && result.stall) return stallFinding(result.stall);
  const [pair] = result.unpooled?.slice(-1) ?? [];
  if (result.mode === 'compare-unpooled' && pair) return unpooledFinding(pair);
  const knee = kneeText(result);
  const details = [
    ...(knee === undefined ? [] : [load.text]),
    ...(recommendation?.reasons ?? []),
    ...noAdvice(result),
  ].filter(Boolean);
  if (workload.transportOnly && (result.ramp || result.runs.length > 0)) {
    return {
      answer: 'unknown',
      text: `${workload.name} only shows how fast wire, driver and pool are: no size for other statements follows from it.`,
      details: [...(knee === undefined ? [] : [capital(knee)]), ...details],
    };
  }
  const isClient = result.ramp?.knee.limitedBy === 'client' || result.ramp?.knee.limitedBy === 'host';
  const answer = load.answer === 'yes' && isClient ? 'unknown' : load.answer;
  return { answer, text: knee ?? (load.text || 'nothing was put under load.'), details };
}

/** Why there is no size, unless the knee says it already, and what to give next time. */
function noAdvice({ noRecommendation, ramp, workload }: ProbeResult): string[] {
  if (!noRecommendation) return [];
  const { reason, next } = noRecommendation;
  const isSaid = workload.transportOnly || reason === ramp?.knee.reason;
  return isSaid ? [next] : [reason, next];
}

function stopperOf(guard: string | undefined): string {
  if (guard === 'error') return 'an error';
  if (guard === 'control-lost') return 'the loss of the control connection';
  return guard === undefined ? 'the guard' : `the guard (${guard})`;
}

function kneeText({ ramp }: ProbeResult): string | undefined {
  if (!ramp) return undefined;
  const { limitedBy, reason } = ramp.knee;
  return limitedBy === 'none' ? sentence(reason) : `limited by ${limitNames[limitedBy]}: ${sentence(reason)}`;
}

/** Whether the load was served as it was wanted. */
function loadFinding(run: ProbeRun | undefined): { answer: Verdict['answer']; text: string } {
  if (!run) return { answer: 'yes', text: '' };
  const served = perSecond(run.throughputPerSecond.value);
  const of = run.wantedPerSecond === undefined ? served : `${served} of ${perSecond(run.wantedPerSecond)}`;
  const lost = run.requests > 0 ? lostOf(run) / run.requests : 0;
  const at = `with ${formatCount(run.pool.connectionLimit, 'connection')}`;
  if (run.overCapacity) return { answer: 'no', text: `More was due than could be served: ${of} ${at}.` };
  if (!run.trustworthy) {
    const lag = formatDuration(run.lagMs.p99);
    const text = `Served ${of} ${at}, ${formatRatio(lost)} lost; but poolctl itself was late (p99 ${lag}), so its times are not the server's.`;
    return { answer: 'unknown', text };
  }
  const p99 = `p99 wait ${intervalText(run.p99WaitMs, formatDuration)}`;
  const text = `Served ${of} ${at}: ${p99}, p95 in all ${formatDuration(run.totalMs.p95)}, ${formatRatio(lost)} lost.`;
  return { answer: lost > 0.01 ? 'no' : 'yes', text };
}

function verifyFinding({ verification, runs }: ProbeResult): Verdict {
  const wrong = verification?.checks.filter(({ agrees }) => !agrees).map(({ name }) => name) ?? [];
  const [run] = runs;
  const spoilt = run && !run.trustworthy;
  return {
    answer: spoilt ? 'unknown' : verification?.agrees ? 'yes' : 'no',
    text: spoilt
      ? loadFinding(run).text
      : wrong.length > 0
        ? `outside of the interval: ${wrong.join(', ')}.`
        : 'every predicted figure lies within what was measured.',
    details: run && !spoilt ? [loadFinding(run).text] : [],
  };
}

function stallFinding({ recoveredAfterMs, requestsDuring, longestQueue, longestWaitMs }: Part<'stall'>): Verdict {
  const waited = `${formatCount(longestQueue, 'request')} waited at once, the longest for ${formatDuration(longestWaitMs)}`;
  return {
    answer: recoveredAfterMs === undefined ? 'no' : 'yes',
    text: `${formatCount(requestsDuring, 'request')} came while it was frozen; ${waited}.`,
    details: [],
  };
}

function unpooledFinding({ concurrency, pooled, unpooled }: Part<'unpooled'>[number]): Verdict {
  const [through, without] = [pooled, unpooled].map(({ throughputPerSecond }) => perSecond(throughputPerSecond.value));
  const p95 = `p95 ${formatDuration(pooled.totalP95Ms)} and ${formatDuration(unpooled.totalP95Ms)}`;
  const text = `${formatNumber(concurrency)} at once: ${through} through the pool, ${without} without; ${p95}.`;
  return { answer: pooled.failed + unpooled.failed > 0 ? 'unknown' : 'yes', text, details: [] };
}

function targetText({ target, workload, seconds, budget }: ProbeResult): string {
  const { engine, version, address, encrypted } = target;
  const free = `${formatNumber(budget.allowed)} of ${formatNumber(budget.freeConnections)} free connections allowed (${formatRatio(budget.share)})`;
  return `${engineNames[engine]} ${version} at ${address}${encrypted ? ', TLS' : ''}; ${workload.name}; ${free}; ${formatDuration(seconds * 1_000)}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
