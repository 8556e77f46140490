import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { parseCount, parseDurationMs, parseRatePerSecond, parseRatio } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { parseBurst } from '../../cli/notation.ts';
import type { ReadOption, Sourced } from '../../cli/options.ts';
import { defaultDurationMs } from '../../probe/plan/plan.ts';
import type { ProbeArrivals, ProbeRequest } from '../../probe/request.ts';
import { defaultShare } from '../../probe/run/guard.ts';
import { readTask } from './task.ts';
import { type ChooseWorkload, readWorkload } from './workload.ts';

/** All that is asked of a probe, but for the server. */
export interface ProbeInput
  extends Pick<
    ProbeRequest,
    'task' | 'durationMs' | 'warmupMs' | 'arrivals' | 'seed' | 'threads' | 'share' | 'limits' | 'isDryRun'
  > {
  readonly hasConsent: boolean;
  readonly workload: ChooseWorkload | undefined;
}

interface Switches {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly paced?: boolean;
  readonly quick?: boolean;
  readonly thorough?: boolean;
}

/** Reads the flags; nothing is connected yet. `pool`: the second one of --compare. @throws PoolctlError */
export async function probeInput(
  command: Command,
  read: ReadOption,
  io: Io,
  pool: string | undefined,
): Promise<ProbeInput> {
  const switches = command.opts<Switches>();
  if (switches.quick && switches.thorough) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--quick and --thorough cannot both be given.', {
      hint: 'Choose one.',
    });
  }
  const rounds = switches.quick ? 1 : switches.thorough ? 5 : 3;
  const { arrivals, tps } = readArrivals(read, switches.paced === true);
  const workload = await readWorkload(command, read, io);
  const areRoundsFixed = switches.quick === true || switches.thorough === true;
  const { task, workload: ofTask } = await readTask({
    ...{ command, read, io, secondPool: pool, rounds, areRoundsFixed, tps },
  });
  const maxErrorRatio = read('max-errors', parseRatio)?.value;
  return {
    hasConsent: switches.yes === true,
    isDryRun: switches.dryRun === true,
    task,
    workload: workload ?? ofTask,
    arrivals,
    durationMs: read('duration', parseDurationMs)?.value ?? defaultDurationMs(rounds),
    ...withoutUndefined({ warmupMs: read('warmup', parseDurationMs)?.value }),
    seed: read('seed', parseCount)?.value ?? 1,
    threads: read('threads', parseThreads)?.value ?? threadsFor(tps?.value),
    share: read('share', parseShare)?.value ?? defaultShare,
    limits: withoutUndefined({
      maxErrorRatio,
      maxP99Ms: read('max-p99', parseDurationMs)?.value,
      freeFloor: read('free-floor', parseCount)?.value,
      maxReplicationLagMs: read('max-replication-lag', parseDurationMs)?.value,
      // Refusals and timeouts of the pool are what a run is there to see.
      expected: ['acquire-timeout', 'queue-full'] as const,
    }),
  };
}

function readArrivals(
  read: ReadOption,
  isPaced: boolean,
): { arrivals: ProbeArrivals; tps: Sourced<number> | undefined } {
  const tps = read('tps', parseRatePerSecond);
  const burst = read('burst', (text, source) => ({ text, ...parseBurst(text, source) }));
  const ramp = read('ramp', parseRamp);
  if (ramp && tps) contradiction(ramp, tps, 'The ramp says the rate.');
  if (burst && isPaced) contradiction(burst, { source: '--paced' }, 'Bursts come by chance.');
  if (burst) {
    const { text, ...phases } = burst.value;
    return {
      tps,
      arrivals: { name: `bursts ${text}`, at: (ratePerSecond) => ({ kind: 'bursty', ratePerSecond, ...phases }) },
    };
  }
  const kind = isPaced ? 'paced' : 'poisson';
  const plain: ProbeArrivals = { name: kind, at: (ratePerSecond) => ({ kind, ratePerSecond }) };
  if (!ramp) return { tps, arrivals: plain };
  const { from, to } = ramp.value;
  const most = Math.max(from, to);
  return {
    tps: { value: most, source: ramp.source },
    arrivals: { ...plain, name: `${kind}, from ${from}/s to ${to}/s`, ramp: { from: from / most, to: to / most } },
  };
}

function contradiction(first: { readonly source: string }, second: { readonly source: string }, hint: string): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `${first.source} and ${second.source} cannot both be given.`, { hint });
}

function parseRamp(text: string, source: string): { from: number; to: number } {
  const [from, to, ...rest] = text.split('..');
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not two rates.`, { hint: 'Write 50..400.' });
  }
  return { from: parseRatePerSecond(from, source), to: parseRatePerSecond(to, source) };
}

const mostThreads = 64;
/** What one event loop sends and reads with ease: 10 to 25 thousand a second were measured. */
const ratePerThread = 10_000;

/** One, unless the rate is more than one can do and there are processors for more. */
function threadsFor(tps = 0): number {
  return Math.max(1, Math.min(Math.ceil(tps / ratePerThread), availableParallelism() - 1));
}

function parseThreads(text: string, source: string): number {
  const threads = parseCount(text, source);
  if (threads <= mostThreads) return threads;
  throw new PoolctlError('VALUE_INVALID', `${source} ${text} is more than ${mostThreads}.`, {
    hint: 'More threads than processors make a load slower.',
  });
}

function parseShare(text: string, source: string): number {
  const share = parseRatio(text, source);
  if (share > 0 && share <= 1) return share;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not a share above 0 and up to 100 %.`, {
    hint: 'Write 25% or 0.25.',
  });
}
