import { formatCount, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { leftoverWarning } from '../inspect/leftovers.ts';
import { hasStoodStill, isCarried } from './analyse/served.ts';
import type { ProbeResult, ProbeRun } from './result.ts';
import { missingSentence, shardList } from './shards-text.ts';

/** What a reader of a probe should not overlook. */
export function probeWarnings(result: ProbeResult): Warning[] {
  return [
    cutShort,
    shardsLeftOut,
    paused,
    blindToLimit,
    leftBehind,
    killedBefore,
    transportOnly,
    ownLimit,
    spoiled,
    shardWasLate,
    overCapacity,
    unsteady,
    shardedPool,
  ].flatMap((rule) => rule(result));
}

export function cutShort({ finished, stoppedBy }: Pick<ProbeResult, 'finished' | 'stoppedBy'>): Warning[] {
  if (finished === 'complete') return [];
  return [
    {
      code: 'PROBE_CUT_SHORT',
      message:
        finished === 'interrupted'
          ? 'The probe was interrupted: this is what it had measured.'
          : `The probe was stopped before its end: ${stoppedBy?.message ?? 'the server failed.'}`,
      hint: 'Figures of few rounds are rough; run it again for a recommendation to rely on.',
    },
  ];
}

/** The server bore a load that is in no figure: none of them is proof of anything. */
export function shardsLeftOut({ shards }: Pick<ProbeResult, 'shards'>): Warning[] {
  if (!shards || shards.missing.length === 0) return [];
  return [
    {
      code: 'SHARDS_LEFT_OUT',
      message: missingSentence(shards),
      hint: 'Nothing is recommended or proved by a part of a load: plan it anew, and run all shards.',
    },
  ];
}

/** Every guard that cannot see, for the dry run. */
export function blind({ guards = [] }: Pick<ProbeResult, 'guards'>): Warning[] {
  return guards
    .filter(({ status }) => status === 'blind')
    .map(({ guard, why = '', remedy = '' }) => ({
      code: 'GUARD_IS_BLIND',
      message: `The guard ${guard} is blind: ${why}.`,
      hint: /[.;]$/.test(remedy) ? remedy : `${remedy}.`,
    }));
}

/** No flag asks for others-active, and most users may not see others: the dry run and the table of guards say so. */
function blindToLimit({ guards = [] }: ProbeResult): Warning[] {
  return blind({ guards: guards.filter(({ guard }) => guard !== 'others-active') });
}

export function killedBefore({ leftBefore = [], pooler }: Pick<ProbeResult, 'leftBefore' | 'pooler'>): Warning[] {
  return leftBefore.length === 0 ? [] : [leftoverWarning(leftBefore.join(', '), pooler !== undefined)];
}

function paused({ stoodStill, mode }: ProbeResult): Warning[] {
  if (!stoodStill) return [];
  const { times, longestMs } = stoodStill;
  const dropped = mode === 'ramp' ? ' Steps of the ramp in which it did were run again or left out.' : '';
  return [
    {
      code: 'SERVER_STOOD_STILL',
      message: `The server stood still ${times === 1 ? 'once' : `${formatNumber(times)} times`}, for up to ${formatDuration(Math.round(longestMs))}: it answered neither the load nor the watch.${dropped}`,
      hint: 'Its disk, its host or the network may have paused. Run it again for figures without that pause.',
    },
  ];
}

function leftBehind({ cleanUp, pooler }: ProbeResult): Warning[] {
  const { verified, sessionsLeft, objectsLeft } = cleanUp;
  if (verified && sessionsLeft === 0 && objectsLeft.length === 0) return [];
  const objects = objectsLeft.length === 0 ? '' : ` Run: ${objectsLeft.join('; ')}.`;
  return [
    {
      code: 'NOT_CLEANED_UP',
      message: verified
        ? `Left on the server: ${formatCount(sessionsLeft, 'session')}, ${formatCount(objectsLeft.length, 'object')}.`
        : 'The server could not be asked whether anything was left on it.',
      hint: `${pooler ? 'Statements that came through the pooler go on until they end.' : 'Sessions end by their own time limits within a minute.'}${objects}`,
    },
  ];
}

function transportOnly({ workload }: ProbeResult): Warning[] {
  if (!workload.transportOnly) return [];
  return [
    {
      code: 'TRANSPORT_ONLY',
      message: `"${workload.name}" tells how fast network, driver and pool are, and nothing of the application's work.`,
      hint: 'Give the work: --sql, --file, --from-stats, or --hold with the time that a request holds a connection.',
    },
  ];
}

/** Steps in which poolctl, not the server, was the limit. */
function ownLimit({ ramp, metadata, shards }: ProbeResult): Warning[] {
  const own = ramp?.levels.filter(({ boundBy }) => boundBy === 'client' || boundBy === 'host') ?? [];
  const [first] = own;
  if (!first) return [];
  const { eventLoopUtilization, cpuPerSecond } = first.client;
  const sizes = own.map(({ connectionLimit }) => connectionLimit).join(', ');
  return [
    {
      code: 'CLIENT_IS_THE_LIMIT',
      message:
        first.boundBy === 'client'
          ? `With ${sizes} connections poolctl itself was at its limit (event loop ${formatRatio(eventLoopUtilization)} busy): that is no limit of the server.`
          : `With ${sizes} connections the server took the processors that poolctl needed (${formatNumber(cpuPerSecond)} cores used): they share this machine.`,
      hint: shards
        ? 'Plan more shards, and run them on machines of their own, none of them the server.'
        : first.boundBy === 'client' && metadata.cores > 2
          ? 'Try --threads 2, or probe from another machine.'
          : 'Probe from another machine than the server.',
    },
  ];
}

function spoiled({ runs, shards }: ProbeResult): Warning[] {
  if (lateOnes(shards).length > 0) return [];
  const bad = runs.filter(({ trustworthy, loop }) => loop === 'open' && !trustworthy);
  const [first] = bad;
  if (!first) return [];
  return [
    {
      code: 'LAG_SPOILS_PERCENTILES',
      message: `poolctl sent requests up to ${formatDuration(first.lagMs.p99 ?? 0)} late (p99): the times of ${namesOf(bad)} that are in parentheses are partly its own.`,
      hint: 'A busy machine, or too high a rate for one thread: try --threads 2, or probe from another machine.',
    },
  ];
}

/** The others may have been in time. */
function shardWasLate({ shards, runs: [run] }: ProbeResult): Warning[] {
  const late = lateOnes(shards);
  const [worst] = late.sort((left, right) => right.client.lagP99Ms - left.client.lagP99Ms);
  if (!shards || !worst || run?.loop !== 'open') return [];
  const names = shardList(late.map(({ shard }) => shard).sort((left, right) => left - right));
  const rest = shards.withoutLate?.totalMs.p95;
  const without =
    rest === undefined || run.totalMs.p95 === undefined
      ? ''
      : ` The p95 in all is ${formatDuration(run.totalMs.p95)}, and ${formatDuration(rest)} without ${late.length === 1 ? 'it' : 'them'}.`;
  return [
    {
      code: 'SHARD_WAS_LATE',
      message: `${capital(names)} sent requests up to ${formatDuration(worst.client.lagP99Ms)} late (p99; ${worst.host}): times in parentheses are partly poolctl's own.${without}`,
      hint: `Give ${late.length === 1 ? 'it a machine' : 'them machines'} with less to do, or plan more shards.`,
    },
  ];
}

function lateOnes(shards: ProbeResult['shards']) {
  return shards?.each.filter(({ trustworthy }) => !trustworthy) ?? [];
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function overCapacity({ runs }: ProbeResult): Warning[] {
  const over = runs.filter((run) => run.overCapacity && !hasStoodStill(run));
  if (over.length === 0) return [];
  return [
    {
      code: 'OVER_CAPACITY',
      message: `More requests came than ${namesOf(over)} could serve: the queue grew until the run ended, so no wait of it is a steady one.`,
      hint: 'Give it more connections, a queue limit, or a lower --tps.',
    },
  ];
}

function unsteady({ runs }: ProbeResult): Warning[] {
  // A load that was not served has no rest to come to.
  const restless = runs.filter((run) => !run.steady && isCarried(run));
  if (restless.length === 0) return [];
  return [
    {
      code: 'NOT_STEADY',
      message: `${namesOf(restless)} did not come to rest: its first and second half differ by more than chance.`,
      hint: 'Measure longer: --duration 3m, or when less else runs on the server.',
    },
  ];
}

/** Threads split the pool into queues of their own. */
function shardedPool({ load, runs }: ProbeResult): Warning[] {
  // Whole instances are dealt to threads.
  if (load.threads === 1 || (runs.length > 0 && runs.every(({ instances }) => instances !== undefined))) return [];
  return [
    {
      code: 'POOL_IS_SHARDED',
      message: `${formatNumber(load.threads)} threads have a pool of their own each, with a part of the connections: such pools wait a little more than one.`,
      hint: 'Take threads for high rates, and one thread to compare waits with a model.',
    },
  ];
}

function namesOf(runs: readonly ProbeRun[]): string {
  return runs.map(({ label }) => label).join(', ');
}
