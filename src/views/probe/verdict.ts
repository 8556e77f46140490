import { engineNames } from '../../base/engine.ts';
import { formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../../base/units.ts';
import type { ProbeResult, ProbeRun } from '../../probe/result.ts';
import { mainRun, poolsText } from '../../probe/runs.ts';
import type { View } from '../../render/view.ts';
import { comparedFinding, comparedText } from './compared.ts';
import { loadFinding } from './load-finding.ts';
import { metNames, poolerFinding } from './pooler.ts';
import { shardSentences } from './shards.ts';
import { splitSentence } from './split.ts';
import { limitNames, timeText } from './text.ts';

type Verdict = NonNullable<View['verdict']>;
type Part<Key extends keyof ProbeResult> = NonNullable<ProbeResult[Key]>;

/** The answer in one line: what to configure, or what the mode was asked. */
export function probeHeadline(result: ProbeResult): string {
  const { mode, verification, unpooled = [], stall, recommendation, finished } = result;
  if (mode === 'verify' && verification) return verifyHeadline(verification);
  if (mode === 'compare') return comparedText(result)?.headline ?? otherHeadline(result);
  if (mode === 'compare-unpooled' && unpooled.length > 0) return unpooledHeadline(unpooled);
  if (mode === 'stall' && stall) return stallHeadline(stall);
  if (recommendation) {
    const { connectionLimit, queueLimit, acquireTimeoutMs, instances } = recommendation;
    const each = instances === undefined ? '' : `   in each of ${formatNumber(instances)} instances`;
    return `connectionLimit ${connectionLimit}   queueLimit ${queueLimit}   acquireTimeout ${acquireTimeoutMs} ms${each}`;
  }
  if (mode === 'ramp' && result.ramp && finished !== 'complete')
    return `no size: the probe was ${finished} before its end`;
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
  const time = timeText(run.totalMs.p95);
  const p95 = run.trustworthy ? time : `(${time})`;
  return `${poolsText(run)}: ${wanted}${perSecond(run.throughputPerSecond.value)} served, p95 ${p95}`;
}

function transportHeadline({ transport }: ProbeResult): string {
  if (!transport) return 'nothing was measured';
  return `round trip ${formatDuration(transport.roundTripMs.p50)}, a new connection ${formatDuration(transport.connectMs.p50)}`;
}

const nothingLoaded = 'nothing was put under load.';

/** Why, with the figures; what cut the probe short comes before anything else. */
export function probeVerdict(result: ProbeResult): Verdict {
  const { finished, stoppedBy } = result;
  const found = findingOf(result);
  const details = [...shardSentences(result), ...found.details, targetText(result)];
  if (finished === 'complete') return { ...found, details, answer: isPartOfALoad(result) ? 'unknown' : found.answer };
  const why =
    finished === 'interrupted'
      ? 'interrupted: what was measured until then.'
      : `stopped by ${stopperOf(stoppedBy?.guard)}: ${sentence(stoppedBy?.message ?? 'what was measured until then')}`;
  return { answer: 'unknown', text: `${why} ${capital(found.text)}`, details };
}

/** What the server did for the other shards is in no figure. */
function isPartOfALoad({ shards }: Pick<ProbeResult, 'shards'>): boolean {
  return shards !== undefined && shards.missing.length > 0;
}

function findingOf(result: ProbeResult): Verdict {
  const { verification, workload, recommendation } = result;
  if (result.mode === 'verify' && verification) return verifyFinding(result);
  const load = loadFinding(mainRun(result));
  if (result.mode === 'verify') {
    return { answer: 'unknown', text: load.text || nothingLoaded, details: [untestedText(result)] };
  }
  if (result.mode === 'compare') {
    return comparedFinding(result) ?? { answer: 'unknown', text: load.text, details: [] };
  }
  if (result.mode === 'stall' && result.stall) return stallFinding(result.stall);
  const [pair] = result.unpooled?.slice(-1) ?? [];
  if (result.mode === 'compare-unpooled' && pair) return unpooledFinding(pair);
  const knee = kneeText(result);
  // What was asked comes first: the rate, where one was given; else what the server does.
  const isAnswered = knee === undefined || (result.load.tps !== undefined && load.text !== '');
  const [text = '', second = ''] = isAnswered ? [load.text, knee && capital(knee)] : [knee, load.text];
  // The verdict begins with the reason of the knee.
  const reasons = [...(recommendation?.reasons ?? []), ...noAdvice(result)].filter(
    (reason) => reason !== result.ramp?.knee.reason,
  );
  if (workload.transportOnly && (result.ramp || result.runs.length > 0)) {
    return {
      answer: 'unknown',
      text: `${workload.name} only shows how fast wire, driver and pool are: no size for other statements follows from it.`,
      details: [knee === undefined ? '' : capital(knee), load.text, ...reasons].filter(Boolean),
    };
  }
  const details = [second, splitSentence(result) ?? '', ...reasons, ...poolerFinding(result)].filter(Boolean);
  if (text === '') return { answer: 'unknown', text: nothingLoaded, details };
  const isOpen = !isAnswered && !isLimit(result.ramp);
  return { answer: load.answer === 'yes' && isOpen ? 'unknown' : load.answer, text, details };
}

/** Whether a ramp ended at a limit of the server, which answers how much it bears. */
function isLimit(ramp: ProbeResult['ramp']): boolean {
  return ramp !== undefined && ['server', 'locks', 'network', 'pooler'].includes(ramp.knee.limitedBy);
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

function kneeText({ ramp, pooler }: ProbeResult): string | undefined {
  if (!ramp) return undefined;
  const { limitedBy, reason } = ramp.knee;
  const isItself = limitedBy === 'none' || limitedBy === 'slots';
  const name = limitedBy === 'pooler' && pooler?.met ? metNames[pooler.met.limit] : limitNames[limitedBy];
  return isItself ? sentence(reason) : `limited by ${name}: ${sentence(reason)}`;
}

function verifyFinding(result: ProbeResult): Verdict {
  const { verification, runs } = result;
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
    details: [
      ...(run && !spoilt ? [loadFinding(run).text, splitSentence(result) ?? ''].filter(Boolean) : []),
      ...splitByShards(result),
    ],
  };
}

/** Of one pool, which the shards had to split, they say nothing. */
function splitByShards({ shards, load, runs: [run] }: ProbeResult): string[] {
  if (!shards || load.instances !== undefined || run?.instances === undefined) return [];
  const all = formatCount(run.connectionsInAll ?? run.instances * run.pool.connectionLimit, 'connection');
  return [
    `The prediction that was tested is of these ${formatCount(run.instances, 'pool')}: one pool of ${all} waits less, and one process can test it.`,
  ];
}

function untestedText(result: ProbeResult): string {
  const { finished, shards } = result;
  const [run] = result.runs;
  const isWhole = finished === 'complete' && shards?.cutToMs === undefined && !isPartOfALoad(result);
  const why =
    !run || run.completed === 0
      ? 'nothing was served'
      : !isWhole
        ? 'a part of the load is no evidence'
        : `the model knows no pools of unequal sizes under such arrivals; a multiple of ${formatNumber(run.instances ?? 1)} connections would make them equal`;
  return `The prediction was not tested: ${why}.`;
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
  const p95 = `p95 ${timeText(pooled.totalP95Ms)} and ${timeText(unpooled.totalP95Ms)}`;
  const text = `${formatNumber(concurrency)} at once: ${through} through the pool, ${without} without; ${p95}.`;
  const isWhole = pooled.failed + unpooled.failed === 0 && pooled.completed > 0 && unpooled.completed > 0;
  return { answer: isWhole ? 'yes' : 'unknown', text, details: [] };
}

function targetText({ target, pooler, workload, seconds, budget }: ProbeResult): string {
  const { engine, version, address, encrypted } = target;
  const free = pooler
    ? `at most ${formatCount(budget.allowed, 'connection')}, ${formatNumber(budget.freeConnections)} free on the server`
    : `${formatNumber(budget.allowed)} of ${formatNumber(budget.freeConnections)} free connections allowed (${formatRatio(budget.share)})`;
  const through = pooler ? `, through ${pooler.name} at ${pooler.address}` : '';
  return `${engineNames[engine]} ${version} at ${address}${encrypted ? ', TLS' : ''}${through}; ${workload.name}; ${free}; ${formatDuration(seconds * 1_000)}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
