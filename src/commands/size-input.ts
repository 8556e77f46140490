import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { known } from '../core/known.ts';
import type { SizeInput } from '../core/size.ts';
import type { Warning } from '../core/steps.ts';
import type { Workload } from '../core/workload.ts';
import type { Engine } from '../emit/target.ts';
import { PoolctlError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { PoolProfile } from '../profiles/pool.ts';
import { formatNumber, parseCount, parseDurationMs, parseRatePerSecond, parseRatio } from '../units.ts';
import { oneOf, type ReadOption, type Sourced } from './options.ts';

export interface Gathered {
  readonly input: SizeInput;
  readonly targets: readonly string[];
  /** The engine, where --server tells it. */
  readonly engine?: Engine;
  readonly profileWarnings: readonly Warning[];
}

/** Everything `size` calculates from, merged in the order flag, environment, profile; each value with its source. */
export async function gatherSizeInput(read: ReadOption, io: Io): Promise<Gathered> {
  const sources = new Sources();
  const targets = read('emit', (text) => text.split(',').map((target) => target.trim()))?.value ?? [];
  const profile = await loadProfile(read('profile', (text) => text)?.value, io);
  const workload = gatherWorkload(read, profile, sources);
  const fleet = gatherFleet(read, sources);
  const server = await gatherServer(read, sources, Object.keys(fleet).length > 0);
  const hardware = gatherHardware(read, sources);
  const headroom = read('headroom', parseRatio) ?? profile?.value('headroom', (values) => values.headroom);
  const headroomRatio = sources.take('rule.headroomRatio', headroom);
  const deadlineMs = sources.take('deadlineMs', read('deadline', parseDurationMs));
  const input: SizeInput = {
    workload,
    preset: gatherPreset(profile, sources),
    fleet,
    ...known({
      rule: headroomRatio === undefined ? undefined : { headroomRatio },
      deadlineMs,
      server: server.limits,
      hardware,
      memory: server.memory,
    }),
    sources: sources.byPath,
  };
  return {
    input,
    targets,
    ...known({ engine: server.engine }),
    profileWarnings: outsideOfProfile(profile, workload, fleet.instances ?? 1),
  };
}

/** Where each value of the input came from, by its path in SizeInput. */
class Sources {
  readonly byPath: Record<string, string> = {};

  /** Notes the source and gives the value back. */
  take<T>(path: string, sourced: Sourced<T> | undefined): T | undefined {
    if (sourced) this.byPath[path] = sourced.source;
    return sourced?.value;
  }
}

/** A profile that was asked for, with the name its values are cited by. */
class NamedProfile {
  readonly name: string;
  readonly values: PoolProfile;

  constructor(name: string, values: PoolProfile) {
    this.name = name;
    this.values = values;
  }

  value<T>(key: string, pick: (values: PoolProfile) => T | undefined): Sourced<T> | undefined {
    const value = pick(this.values);
    return value === undefined ? undefined : { value, source: `profile ${this.name}: ${key}` };
  }
}

async function loadProfile(text: string | undefined, io: Io): Promise<NamedProfile | undefined> {
  if (text === undefined) return undefined;
  if (text === '-') return new NamedProfile('stdin', await parse(await readAll(io.stdin), '<stdin>'));
  const path = resolve(io.cwd, text);
  const isFile = /[/\\]|\.ya?ml$/.test(text) || (!/^[\w-]+$/.test(text) && existsSync(path));
  if (isFile) return new NamedProfile(text, await parse(readText(path, text), text));
  return new NamedProfile(text, await (await import('../profiles/load.ts')).loadPool(text));
}

/** The YAML parser is loaded for a file of the user's only; shipped profiles come compiled. */
async function parse(text: string, file: string): Promise<PoolProfile> {
  return (await import('../profiles/pool.ts')).parsePool(text, file);
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read the profile ${name}.`, {
      hint: 'Is the path right, and may you read the file? A built-in profile is named without a slash or ending.',
      cause,
    });
  }
}

async function readAll(stdin: Io['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function gatherWorkload(read: ReadOption, profile: NamedProfile | undefined, sources: Sources): Workload {
  const total = read('total-tps', parseRatePerSecond);
  const rate =
    oneOf(read('tps', parseRatePerSecond), total, '--tps is the load of one instance, --total-tps of the fleet.') ??
    profile?.value('workload.tps', ({ workload }) => workload?.tps);
  const [p50, p95, p99] = (['p50', 'p95', 'p99'] as const).map((name) => read(name, parseDurationMs));
  const mean = read('mean', parseDurationMs);
  const held = read('hold', parseDurationMs);
  const best = oneOf(held, mean, '--hold and --mean both say how long a connection is held.');
  const fromProfile =
    (best ?? p95 ?? p50 ?? p99) ? undefined : profile?.value('workload.hold', (values) => values.workload?.hold);
  const hold = best === held ? (held ?? fromProfile) : undefined;
  const count = (name: string, least?: number) => read(name, (text, source) => parseCount(text, source, least));
  const workload = known({
    arrivalRatePerSecond: sources.take('workload.arrivalRatePerSecond', rate),
    scope: rate !== undefined && rate === total ? ('fleet' as const) : undefined,
    p50Ms: sources.take('workload.p50Ms', p50),
    p95Ms: sources.take('workload.p95Ms', p95),
    p99Ms: sources.take('workload.p99Ms', p99),
    meanMs: sources.take('workload.meanMs', best === mean ? mean : undefined),
    holdMs: sources.take('workload.holdMs', hold),
    roundTripMs: sources.take(
      'workload.roundTripMs',
      read('rtt', parseDurationMs) ?? profile?.value('workload.rtt', (values) => values.workload?.rtt),
    ),
    connectionsPerRequest: sources.take('workload.connectionsPerRequest', count('connections-per-request')),
    concurrentRequests: sources.take('workload.concurrentRequests', count('concurrent-requests')),
    batchJobs: sources.take(
      'workload.batchJobs',
      count('batch-jobs', 0) ?? profile?.value('workload.batchJobs', (values) => values.workload?.batchJobs),
    ),
  });
  refuseHalfALoad(workload);
  return workload;
}

/** A rate without a time (or the other way round) is a forgotten flag, even where a profile could answer without it. */
function refuseHalfALoad({ arrivalRatePerSecond, meanMs, holdMs, p50Ms, p95Ms, p99Ms }: Workload): void {
  const time = holdMs ?? meanMs ?? p95Ms;
  if (arrivalRatePerSecond !== undefined && time === undefined) {
    const have = p50Ms === undefined && p99Ms === undefined ? '' : ' A median or a p99 alone does not tell the load.';
    throw new PoolctlError('INPUT_MISSING', `There is a rate, but not how long a connection is held.${have}`, {
      hint: 'Add --p95 300ms (or --mean, or --hold).',
    });
  }
  if (arrivalRatePerSecond === undefined && (time ?? p50Ms ?? p99Ms) !== undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is a time, but no rate of requests.', {
      hint: 'Add --tps 200 (of one instance) or --total-tps 600 (of the fleet).',
    });
  }
}

function gatherPreset(profile: NamedProfile | undefined, sources: Sources): NonNullable<SizeInput['preset']> {
  const preset = (path: string, key: keyof NonNullable<PoolProfile['settings']>) =>
    sources.take(
      `preset.${path}`,
      profile?.value(`settings.${key}`, ({ settings }) => settings?.[key]),
    );
  return known({
    connectionLimit: preset('connectionLimit', 'connectionLimit'),
    queueLimit: preset('queueLimit', 'queueLimit'),
    acquireTimeoutMs: preset('acquireTimeoutMs', 'acquireTimeout'),
    connectTimeoutMs: preset('connectTimeoutMs', 'connectTimeout'),
    queryTimeoutMs: preset('queryTimeoutMs', 'queryTimeout'),
  });
}

function gatherFleet(read: ReadOption, sources: Sources): NonNullable<SizeInput['fleet']> {
  return known({
    instances: sources.take('fleet.instances', read('instances', parseCount)),
    maxInstances: sources.take('fleet.maxInstances', read('max-instances', parseCount)),
    processesPerInstance: sources.take('fleet.processesPerInstance', read('processes', parseCount)),
    surgeRatio: sources.take('fleet.surgeRatio', read('surge', parseRatio)),
  });
}

function gatherHardware(read: ReadOption, sources: Sources): SizeInput['hardware'] {
  const cores = sources.take('hardware.cores', read('cores', parseCount));
  const spindles = sources.take(
    'hardware.spindles',
    read('spindles', (text, source) => parseCount(text, source, 0)),
  );
  if (cores === undefined && spindles !== undefined) {
    throw new PoolctlError('INPUT_MISSING', 'The rule of cores and spindles needs the cores.', {
      hint: 'Add --cores 4.',
    });
  }
  return cores === undefined ? undefined : { cores, ...known({ spindles }) };
}

interface GatheredServer {
  readonly limits?: NonNullable<SizeInput['server']>;
  readonly memory?: NonNullable<SizeInput['memory']>;
  readonly engine?: Engine;
}

async function gatherServer(read: ReadOption, sources: Sources, asksForFleet: boolean): Promise<GatheredServer> {
  const orZero = (text: string, source: string) => parseCount(text, source, 0);
  const maxConnections = read('max-connections', parseCount);
  const reserved = read('reserved', orZero);
  const others = read('other-connections', orZero);
  const named = read('server', refuseUrl);
  if (!named && !maxConnections) {
    if (reserved ?? others) {
      throw new PoolctlError(
        'INPUT_MISSING',
        `${(reserved ?? others)?.source} is given, but not what the server allows.`,
        {
          hint: 'Add --max-connections N, or --server mysql.',
        },
      );
    }
    return asksForFleet ? { memory: await memoryOfEngines() } : {};
  }

  const profile = named && (await (await import('../profiles/limits.ts')).serverLimits(named.value));
  const limit = maxConnections ?? profile?.maxConnections;
  if (limit === undefined) {
    throw new PoolctlError('INPUT_MISSING', `What ${named?.value} allows is not published.`, {
      hint: "Ask the server (SHOW max_connections, or SHOW VARIABLES LIKE 'max_connections') and give --max-connections.",
    });
  }
  const slots = reserved
    ? [{ name: 'reserved', connections: reserved.value, source: reserved.source }]
    : profile?.reserved;
  return {
    limits: {
      maxConnections: sources.take('server.maxConnections', limit) ?? 0,
      ...known({
        name: profile?.name,
        estimated: !maxConnections && profile?.maxConnections?.estimated ? true : undefined,
        reserved: slots,
        otherConnections: sources.take('server.otherConnections', others),
      }),
    },
    memory: profile?.memory ?? (await memoryOfEngines()),
    ...known({ engine: profile?.engine }),
  };
}

async function memoryOfEngines(): Promise<NonNullable<SizeInput['memory']>> {
  return (await import('../profiles/limits.ts')).memoryOf(['postgres', 'mysql', 'mariadb']);
}

function refuseUrl(text: string, source: string): string {
  if (!text.includes('://')) return text;
  throw new PoolctlError('VALUE_INVALID', `${source} takes the name of a server profile, not a URL.`, {
    hint: 'Write --server postgres, mysql or another of `poolctl profiles list`, and --max-connections with what the server says.',
  });
}

function outsideOfProfile(profile: NamedProfile | undefined, workload: Workload, instances: number): Warning[] {
  const range = profile?.values.madeFor?.tps;
  const { arrivalRatePerSecond: rate, scope } = workload;
  if (!profile || !range || rate === undefined) return [];
  const tps = scope === 'fleet' ? rate / instances : rate;
  const { from = 0, to = Number.POSITIVE_INFINITY } = range;
  if (tps >= from && tps <= to) return [];
  const made = to === Number.POSITIVE_INFINITY ? `from ${from}` : `${from} to ${to}`;
  return [
    {
      code: 'PROFILE_OUTSIDE_RANGE',
      message: `The profile ${profile.name} is made for ${made} TPS of one instance; this load is ${formatNumber(tps)} TPS.`,
      hint: '`poolctl profiles list` shows the others.',
    },
  ];
}
