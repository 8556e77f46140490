import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { type PoolLimits, parsePool } from '../../base/pool-notation.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import { comparisonRounds } from '../../probe/plan/comparison-rounds.ts';
import type { ProbeTask } from '../../probe/request.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import { taskFlags, trafficFlags } from './flags.ts';
import { readSettings } from './verify.ts';
import type { ChooseWorkload } from './workload.ts';

const defaultAcquireTimeoutMs = 30_000;
const defaultConcurrencies = [1, 4, 16];

export interface TaskSource {
  readonly read: ReadOption;
  readonly io: Io;
  readonly secondPool: string | undefined;
  readonly rounds: number;
  readonly areRoundsFixed: boolean;
  /** How long to measure, in all. */
  readonly durationMs: number;
  readonly tps: Sourced<number> | undefined;
}

/** What is to be done, and the workload that comes with it where it has one. @throws PoolctlError */
export async function readTask(source: TaskSource): Promise<{ task: ProbeTask; workload?: ChooseWorkload }> {
  const { read, rounds, areRoundsFixed, durationMs, tps } = source;
  const isUnpooled = read(taskFlags['compare-unpooled']);
  const stall = read(taskFlags.stall);
  const [verify, compare] = [read(taskFlags.verify), read(taskFlags.compare)];
  const perInstance = read(taskFlags['per-instance']);
  const pool = perInstance ? undefined : readPool(read);
  const concurrencies = read(trafficFlags.concurrency);
  const modes = [verify && '--verify', compare && '--compare', isUnpooled && '--compare-unpooled', stall && '--stall'];
  const [mode, other] = modes.filter((name) => typeof name === 'string');
  if (other) contradiction(`${mode}`, other, 'One question at a time.');
  const sizes = read(trafficFlags.sizes);
  const settings = perInstance ? '--per-instance' : pool && '--connection-limit';
  if (sizes && (mode ?? settings)) contradiction('--sizes', mode ?? `${settings}`, 'Sizes are for finding one.');
  const instances = read(trafficFlags.instances);
  if (perInstance) {
    if (mode)
      contradiction(mode, '--per-instance', 'Instances are loaded by themselves; --verify has settings of its own.');
    return readInstances(perInstance, instances, source);
  }
  const loadsOne = mode ?? settings ?? (concurrencies && '--concurrency');
  if (instances?.source.startsWith('--') && loadsOne && !verify) {
    const hint =
      'Instances share what a search for the size finds; to load them all, give each its pool: --per-instance 9/9/30s.';
    contradiction('--instances', loadsOne, hint);
  }
  if (verify) return readVerify(verify, source, pool);
  if (compare) {
    if (pool) contradiction('--compare', '--connection-limit', 'Write both pools behind --compare: 10/0 90/50.');
    const task = {
      kind: 'compare' as const,
      pools: pair(compare, source.secondPool),
      tps: rateFor('--compare', tps),
      rounds: areRoundsFixed ? rounds : comparisonRounds(durationMs),
    };
    return { task };
  }
  if (isUnpooled) {
    return { task: { kind: 'compare-unpooled', concurrencies: concurrencies?.value ?? defaultConcurrencies, rounds } };
  }
  if (stall) {
    const [of, rate] = [pool ?? missingPool('--stall'), rateFor('--stall', tps)];
    return { task: { kind: 'stall', pool: of, tps: rate, freezeMs: stall.value } };
  }
  const concurrency = readConcurrency(source);
  if (pool || concurrency !== undefined) {
    const one = pool ?? { connectionLimit: concurrency ?? 1 };
    return { task: { kind: 'load', pool: one, ...withoutUndefined({ tps: tps?.value, concurrency }) } };
  }
  const asked = withoutUndefined({ sizes: sizes?.value, tps: tps?.value, instances: instances?.value });
  return {
    task: { kind: 'ramp', rounds, areRoundsFixed, ...asked },
  };
}

/** One number, and no rate beside it. */
function readConcurrency({ read, tps }: TaskSource): number | undefined {
  const [concurrency, ...more] = read(trafficFlags.concurrency)?.value ?? [];
  if (more.length > 0) {
    throw new PoolctlError('VALUE_INVALID', '--concurrency takes several numbers only with --compare-unpooled.', {
      hint: 'Give one number; --sizes tries several pools.',
    });
  }
  if (tps && concurrency !== undefined) {
    contradiction('--tps', '--concurrency', '--tps is open loop, --concurrency closed loop.');
  }
  return concurrency;
}

/** All instances at once, each with its pool. */
function readInstances(
  perInstance: Sourced<PoolLimits>,
  instances: Sourced<number> | undefined,
  source: TaskSource,
): { task: ProbeTask } {
  for (const flag of [taskFlags['connection-limit'], taskFlags['queue-limit'], taskFlags['acquire-timeout']] as const) {
    const other = source.read(flag)?.source;
    if (other?.startsWith('--')) {
      contradiction(
        '--per-instance',
        other,
        'Write connectionLimit/queueLimit/acquireTimeout: --per-instance 9/9/30s.',
      );
    }
  }
  if (!instances) {
    throw new PoolctlError('INPUT_MISSING', '--per-instance is the pool of each instance, but how many are there?', {
      hint: 'Add --instances 20; --connection-limit tests one pool.',
    });
  }
  const concurrency = readConcurrency(source);
  if (concurrency !== undefined && concurrency < instances.value) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `--concurrency ${concurrency} is of all instances, and fewer than their ${instances.value}: some would have nothing to do.`,
      { hint: `Give --concurrency ${instances.value} or more, or --tps for each instance.` },
    );
  }
  const load = withoutUndefined({ tps: source.tps?.value, concurrency });
  return { task: { kind: 'load', pool: perInstance.value, instances: instances.value, ...load } };
}

async function readVerify(
  file: Sourced<string>,
  { read, io, tps }: TaskSource,
  pool: PoolLimits | undefined,
): Promise<{ task: ProbeTask; workload?: ChooseWorkload }> {
  if (pool) contradiction('--verify', '--connection-limit', 'The file has the settings.');
  const found = await readSettings(file.value, read, io);
  const rate = tps?.value ?? found.ratePerSecond;
  if (rate === undefined) {
    throw new PoolctlError('INPUT_MISSING', `${file.value} has settings, but no load to verify them under.`, {
      hint: 'Add --tps 200, and what a request does: --sql, --file or --hold.',
    });
  }
  const { law, pool: of, pools = 1, splitBy } = found;
  const instances = read(trafficFlags.instances);
  const all = instances?.source.startsWith('--') ? instances.value : undefined;
  if (all !== undefined && splitBy === 'least-busy') {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${file.value} is for requests that go to the least busy pool; probe deals them by lot or in turn.`,
      { hint: 'Leave --instances out to verify one of the pools, or size with --balancer round-robin.' },
    );
  }
  const split = all !== undefined && { instances: all, ...(splitBy === 'round-robin' && { splitBy }) };
  // One pool is what every server bears; all of them are loaded where that is asked for.
  const part = pools > 1 && all === undefined ? `, one of its ${pools} pools` : '';
  return {
    task: {
      ...{ kind: 'verify', pool: of, tps: rate, source: `${file.value}${part}`, ...split },
      ...withoutUndefined({ law }),
    },
    ...(law && { workload: await holding(law) }),
  };
}

async function holding(law: HoldLaw): Promise<ChooseWorkload> {
  const { holdWorkload } = await import('../../probe/workload/hold.ts');
  return (_control, engine) => holdWorkload(engine, law);
}

/** --connection-limit, and what goes with it. */
function readPool(read: ReadOption): PoolLimits | undefined {
  const connectionLimit = read(taskFlags['connection-limit']);
  const queueLimit = read(taskFlags['queue-limit']);
  const acquireTimeoutMs = read(taskFlags['acquire-timeout']);
  if (!connectionLimit) {
    const other = queueLimit ?? acquireTimeoutMs;
    if (!other?.source.startsWith('--')) return undefined;
    throw new PoolctlError('INPUT_MISSING', `${other.source} is of a pool, but how large is it?`, {
      hint: 'Add --connection-limit 10; without settings, probe looks for them.',
    });
  }
  return {
    connectionLimit: connectionLimit.value,
    ...withoutUndefined({
      queueLimit: queueLimit?.value,
      acquireTimeoutMs: acquireTimeoutMs ? acquireTimeoutMs.value : defaultAcquireTimeoutMs,
    }),
  };
}

/** `10/0 90/50`, or with a comma between them. */
function pair({ value, source }: Sourced<string>, second: string | undefined): [PoolLimits, PoolLimits] {
  const [first = '', other, ...rest] = [...value.split(','), ...(second === undefined ? [] : [second])];
  if (other === undefined || rest.length > 0) {
    throw new PoolctlError('VALUE_INVALID', `${source} takes two pools.`, {
      hint: 'Write connectionLimit/queueLimit/acquireTimeout of both: --compare 10/0 90/50/30s.',
    });
  }
  return [parsePool(first, source), parsePool(other, source)];
}

function rateFor(flag: string, tps: Sourced<number> | undefined): number {
  if (tps) return tps.value;
  throw new PoolctlError('INPUT_MISSING', `${flag} needs a rate.`, { hint: 'Add --tps 200.' });
}

function missingPool(flag: string): never {
  throw new PoolctlError('INPUT_MISSING', `${flag} needs the settings to try.`, {
    hint: 'Add --connection-limit 90 --queue-limit 50 --acquire-timeout 30s.',
  });
}

function contradiction(first: string, second: string, hint: string): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `${first} and ${second} cannot both be given.`, { hint });
}
