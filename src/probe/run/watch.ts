import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { LoadFailureKind } from '../../drivers/driver.ts';
import type { Look } from '../control/control.ts';
import type { Tick } from '../load/model.ts';
import { missingOf, shardNames } from '../shards/shard-names.ts';

/** What ends a load before its time. Left out: not watched, or the default that stands here. */
export interface WatchLimits {
  /** Failed requests as a share of those that ended in the last ten seconds; 1 %. */
  readonly maxErrorRatio?: number;
  /** Failures that the run is there to show: those of the pool's own limits, where these are under test. */
  readonly expected?: readonly LoadFailureKind[];
  /** --max-p99. */
  readonly maxP99Ms?: number;
  /** Connections that must stay free on the server. */
  readonly freeFloor: number;
  /** Clients that the pooler must still let in, where its console says how many. */
  readonly freeClientsFloor?: number;
  /** 10 s. */
  readonly maxReplicationLagMs?: number;
  /** This probe's own run, by which of two that began at the same moment one goes on. */
  readonly run?: string;
  /** All steps together; compared with the third argument of check. */
  readonly mostMs?: number;
  /** Of one shard's load: those that must be at work with it. */
  readonly shards?: ShardsExpected;
}

/** The shards of a plan, without one of which the load is another than the planned one. */
export interface ShardsExpected {
  readonly of: number;
  /** When the last window ends, by the third argument of check; undefined until all have met. Nobody is missed after it. */
  readonly untilMs: () => number | undefined;
}

export type GuardName =
  | 'pooler-full'
  | 'pooler-clients'
  | 'server-full'
  | 'login-refused'
  | 'session-changed'
  | 'free-floor'
  | 'error-rate'
  | 'max-p99'
  | 'others-active'
  | 'replication-lag'
  | 'another-probe'
  | 'shard-gone'
  | 'control-slow'
  | 'time';

export interface StopReason {
  /** A guard's name, or what else ended the load. */
  readonly guard: GuardName | (string & {});
  /** A sentence with the figures. */
  readonly message: string;
}

/** Watches a load from its first step to its last. */
export interface Watch {
  /** What to stop for, after a look and the last tick, if there was one; `runMs` since the load began. */
  check(look: Look, tick: Tick | undefined, runMs?: number): StopReason | undefined;
  /** What to stop for after a step that failed so; its last failures may have come after the last look. */
  failed(failedBy: NonNullable<Tick['failedBy']>): StopReason | undefined;
  /** What to stop for while a look has had no answer for so long. */
  wait(ageMs: number): StopReason | undefined;
}

export const defaultReplicationLagMs = 10_000;
/** The share of failed requests that a load may have. */
export const defaultErrorRatio = 0.01;
const windowMs = 10_000;
/** Fewer failures are chance: a deadlock, a login that timed out. */
const leastFailures = 5;
/** One tick above the limit is one slow request; three in a row are how the server answers. */
const slowTicks = 3;

export function createWatch(limits: WatchLimits, baseline: Look): Watch {
  const failures = recentFailures(limits.expected ?? []);
  const isSlow = slowFor(limits.maxP99Ms);
  return {
    check: (look, tick, runMs) => {
      return (
        (tick && fatalFailure(tick.failedBy)) ??
        tooFewFree(look, limits) ??
        tooFewClients(look, limits) ??
        (tick && (tooManyFailures(failures(tick), limits) ?? isSlow(tick))) ??
        anotherProbe(look, limits) ??
        shardGone(look, runMs, limits) ??
        othersGrew(look, baseline) ??
        replicaFellBehind(look, baseline, limits) ??
        controlSlowed(look, baseline) ??
        timeIsUp(runMs, limits)
      );
    },
    failed: fatalFailure,
    wait: (ageMs) => tooLongWithoutAnswer(ageMs, baseline),
  };
}

/** Stop at the first connection refused because the server was full. */
function fatalFailure(failedBy: Tick['failedBy'] = {}): StopReason | undefined {
  const { 'server-full': full = 0, 'login-refused': refused = 0, 'session-changed': changed = 0 } = failedBy;
  const { 'pooler-full': turnedAway = 0 } = failedBy;
  if (turnedAway > 0) {
    return {
      guard: 'pooler-full',
      message: `The pooler takes no more clients: it refused ${formatCount(turnedAway, 'connection')} of the load.`,
    };
  }
  if (changed > 0) {
    return {
      guard: 'session-changed',
      message: `${formatCount(changed, 'request')} took limits off the session: a load that only reads must not.`,
    };
  }
  if (full > 0) {
    return {
      guard: 'server-full',
      message: `The server had no connection left: it refused ${formatCount(full, 'connection')} of the load.`,
    };
  }
  if (refused > 0) {
    return {
      guard: 'login-refused',
      message: `The server refused the login of ${formatCount(refused, 'connection')} of the load; did the password or the rights change?`,
    };
  }
  return undefined;
}

function tooFewFree({ freeConnections }: Look, { freeFloor }: WatchLimits): StopReason | undefined {
  if (freeConnections >= freeFloor) return undefined;
  return {
    guard: 'free-floor',
    message: `Only ${formatCount(freeConnections, 'connection')} of the server ${freeConnections === 1 ? 'was' : 'were'} free; ${formatNumber(freeFloor)} must stay free for others.`,
  };
}

function tooFewClients({ pooler }: Look, { freeClientsFloor }: WatchLimits): StopReason | undefined {
  if (!pooler || freeClientsFloor === undefined || pooler.freeClients >= freeClientsFloor) return undefined;
  return {
    guard: 'pooler-clients',
    message: `The pooler would take only ${formatCount(pooler.freeClients, 'more client')}; ${formatNumber(freeClientsFloor)} must stay free for others.`,
  };
}

interface Ended {
  readonly failed: number;
  readonly all: number;
  readonly spanMs: number;
}

function tooManyFailures(recent: Ended, { maxErrorRatio = defaultErrorRatio }: WatchLimits): StopReason | undefined {
  const { failed, all, spanMs } = recent;
  if (failed < leastFailures || failed <= maxErrorRatio * all) return undefined;
  return {
    guard: 'error-rate',
    message: `${formatNumber(failed)} of ${formatCount(all, 'request')} failed in ${formatDuration(spanMs)}: ${formatRatio(failed / all)}, where ${formatRatio(maxErrorRatio)} is the limit.`,
  };
}

function othersGrew({ othersActive }: Look, { othersActive: before }: Look): StopReason | undefined {
  if (othersActive <= before * 1.5 || othersActive <= before + 5) return undefined;
  return {
    guard: 'others-active',
    message: `${formatCount(othersActive, 'session')} of others were at work, ${formatNumber(before)} before the load: they may be waiting for it.`,
  };
}

/** Two loads measure each other. Of two that began together, the one with the smaller name goes on. */
function anotherProbe({ otherProbes = [] }: Look, { run = '' }: WatchLimits): StopReason | undefined {
  const first = otherProbes.filter((other) => other < run);
  if (first.length === 0) return undefined;
  return {
    guard: 'another-probe',
    message: `Another probe of poolctl loads this server: poolctl-probe/${first.join(', ')}.`,
  };
}

function shardGone({ planShards }: Look, runMs: number | undefined, { shards }: WatchLimits): StopReason | undefined {
  const untilMs = shards?.untilMs();
  if (!shards || !planShards || runMs === undefined || untilMs === undefined || runMs >= untilMs) return undefined;
  const gone = missingOf(planShards, shards.of);
  if (gone.length === 0) return undefined;
  const who = shardNames(gone, shards.of);
  return {
    guard: 'shard-gone',
    message: `${who.charAt(0).toUpperCase()}${who.slice(1)} left ${formatDuration(Math.round(untilMs - runMs))} before the end: the load is no longer the planned one.`,
  };
}

/** One that was late before is stopped for only when it falls back as far again. */
function replicaFellBehind(look: Look, baseline: Look, limits: WatchLimits): StopReason | undefined {
  const { maxReplicationLagMs: limit = defaultReplicationLagMs } = limits;
  const { hiddenReplicas = 0 } = look;
  if (hiddenReplicas > 0 && limits.maxReplicationLagMs !== undefined) {
    return {
      guard: 'replication-lag',
      message: `A replica came whose lag this user may not see, and ${formatDuration(limit)} of it is the limit.`,
    };
  }
  if ((look.replicas ?? 0) < (baseline.replicas ?? 0) && limits.maxReplicationLagMs !== undefined) {
    return {
      guard: 'replication-lag',
      message: `How far a replica is behind could no longer be seen: it is gone, or it replays nothing any more. ${formatDuration(limit)} of it is the limit.`,
    };
  }
  const { replicationLagMs: lag = 0 } = look;
  const { replicationLagMs: before = 0 } = baseline;
  if (lag <= limit + (before > limit ? before : 0)) return undefined;
  return {
    guard: 'replication-lag',
    message: `A replica was ${formatDuration(lag)} behind, ${formatDuration(before)} before the load; ${formatDuration(limit)} is the limit.`,
  };
}

/** A look that takes longer leaves nobody to watch the load. */
const mostLookMs = ({ tookMs }: Look) => Math.max(1_000, 10 * tookMs);

function tooLongWithoutAnswer(ageMs: number, baseline: Look): StopReason | undefined {
  if (ageMs <= mostLookMs(baseline)) return undefined;
  return {
    guard: 'control-slow',
    message: `A look at the server had no answer after ${formatDuration(Math.round(ageMs))}, and took ${formatDuration(baseline.tookMs)} before the load: nobody can watch it.`,
  };
}

function controlSlowed({ tookMs }: Look, baseline: Look): StopReason | undefined {
  const { tookMs: before } = baseline;
  if (tookMs <= mostLookMs(baseline)) return undefined;
  return {
    guard: 'control-slow',
    message: `A look at the server took ${formatDuration(tookMs)}, ${formatDuration(before)} before the load: it has become too slow to supervise.`,
  };
}

function timeIsUp(runMs: number | undefined, { mostMs }: WatchLimits): StopReason | undefined {
  if (runMs === undefined || mostMs === undefined || runMs <= mostMs) return undefined;
  return {
    guard: 'time',
    message: `The load had run for ${formatDuration(runMs)}; ${formatDuration(mostMs)} is the limit.`,
  };
}

/** What failed and what ended in the last seconds, over ticks that count from the start of a step. */
function recentFailures(expected: readonly LoadFailureKind[]): (tick: Tick) => Ended {
  const start = { elapsedMs: 0, failed: 0, all: 0 };
  let marks = [start];
  return (tick) => {
    const { elapsedMs, completed } = tick;
    const failed = tick.failed - expected.reduce((sum, kind) => sum + (tick.failedBy?.[kind] ?? 0), 0);
    const last = marks.at(-1) ?? start;
    if (elapsedMs < last.elapsedMs) marks = [start]; // the next step
    const mark = { elapsedMs, failed, all: completed + tick.failed };
    marks.push(mark);
    while (marks.length > 2 && (marks[1]?.elapsedMs ?? 0) <= elapsedMs - windowMs) marks.shift();
    const first = marks[0] ?? start;
    return { failed: mark.failed - first.failed, all: mark.all - first.all, spanMs: elapsedMs - first.elapsedMs };
  };
}

function slowFor(maxP99Ms: number | undefined): (tick: Tick) => StopReason | undefined {
  let slow = 0;
  let lastMs = -1;
  return ({ elapsedMs, p99Ms }) => {
    // A second in which nothing was served tells no percentile, neither a slow nor a quick one.
    if (maxP99Ms === undefined || p99Ms === undefined || elapsedMs === lastMs) return undefined;
    lastMs = elapsedMs;
    slow = p99Ms > maxP99Ms ? slow + 1 : 0;
    if (slow < slowTicks) return undefined;
    return {
      guard: 'max-p99',
      message: `The 99th percentile was ${formatDuration(p99Ms)}, for the third time in a row above the ${formatDuration(maxP99Ms)} of --max-p99.`,
    };
  };
}
