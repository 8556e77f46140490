import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { MemoryPerConnection } from '../size/memory.ts';
import { profileIds } from './files.ts';
import { serverProfile } from './load.ts';
import type { ServerProfile } from './server.ts';

/** What a server profile and one of its classes say of the connections it allows. */
export interface ProfileLimits {
  /** The profile's id with the class: `aws-rds-mysql db.t3.medium`. */
  readonly name: string;
  readonly engine: ServerProfile['engine'];
  /** Left out where neither the profile nor the class tells it. */
  readonly maxConnections?: { readonly value: number; readonly source: string; readonly estimated: boolean };
  readonly reserved: readonly { readonly name: string; readonly connections: number; readonly source: string }[];
  /** Of the class, where its row tells them. */
  readonly cores?: { readonly value: number; readonly source: string };
  readonly memory: readonly MemoryPerConnection[];
}

/** Limits by the words of `--server`: a profile's id, and a class or size after a colon. */
export async function serverLimits(text: string): Promise<ProfileLimits> {
  const colon = text.indexOf(':');
  const id = colon < 0 ? text : text.slice(0, colon);
  const className = colon < 0 ? undefined : text.slice(colon + 1);
  const profile = await serverProfile(id);
  const cite = (key: string) => profile.sources[key]?.ref ?? key;
  const limit = className === undefined ? defaultLimit(profile, id) : classLimit(profile, id, className);
  return {
    name: className === undefined ? id : `${id} ${className}`,
    engine: profile.engine,
    ...withoutUndefined({
      maxConnections: limit && {
        value: limit.value,
        source: cite(limit.source),
        estimated: limit.estimated === true,
      },
      cores:
        limit?.vcpu === undefined
          ? undefined
          : { value: limit.vcpu, source: `vCPUs of ${className}, ${cite(limit.source)}` },
    }),
    reserved: (profile.reserved ?? []).map((slot) => ({ ...slot, source: cite(slot.source) })),
    memory: engineMemory(profile),
  };
}

/** What a connection costs each of these engines, by their own profiles. */
export async function memoryOf(engines: readonly ServerProfile['engine'][]): Promise<MemoryPerConnection[]> {
  return (await Promise.all(engines.map(serverProfile))).flatMap(engineMemory);
}

function engineMemory({ engine, memoryPerConnection: cost, sources }: ServerProfile): MemoryPerConnection[] {
  if (!cost) return [];
  const source = sources[cost.source]?.ref ?? cost.source;
  return [{ engine, typicalBytes: cost.typical, lowBytes: cost.low, highBytes: cost.high, source }];
}

function defaultLimit(profile: ServerProfile, id: string): Limit | undefined {
  if (profile.maxConnections) return profile.maxConnections;
  if (!profile.classes && !profile.steps) return undefined;
  throw new PoolctlError('PROFILE_UNKNOWN', `The limit of ${id} depends on its class; name it after a colon.`, {
    hint: `For instance --server ${id}:${exampleClass(profile)}. \`poolctl profiles show ${id}\` has them all.`,
  });
}

function classLimit(profile: ServerProfile, id: string, className: string): Limit {
  const limit = namedClass(profile, className) ?? step(profile, className);
  if (limit) return limit;
  const names = classNames(profile);
  const nearest = didYouMean(className, names);
  throw new PoolctlError('PROFILE_UNKNOWN', `${id} has no class "${className}".${nearest}`, {
    hint:
      names.length === 0 && !profile.steps
        ? `${id} has no classes: write --server ${id}.`
        : `For instance ${id}:${exampleClass(profile)}. \`poolctl profiles show ${id}\` has them all.`,
  });
}

function namedClass({ classes }: ServerProfile, className: string): Limit | undefined {
  const wanted = className.toLowerCase();
  const row = classes?.rows.find((candidate) => [candidate.class].flat().some((name) => name.toLowerCase() === wanted));
  return classes && row && limitOf(row, classes);
}

/** The last step that is not above the size: `16GB`, `2cu`, a bare number, or a class name that carries the size. */
function step({ steps }: ServerProfile, className: string): Limit | undefined {
  if (!steps) return undefined;
  const size = sizeIn(className, steps);
  const row = steps.rows.findLast(({ from }) => from <= size);
  return row && limitOf(row, steps);
}

interface Limit {
  readonly value: number;
  /** Key in the profile's sources. */
  readonly source: string;
  /** Computed from the source, not printed by it. */
  readonly estimated?: boolean;
  readonly vcpu?: number;
}

function limitOf(
  row: { maxConnections: number; vcpu?: number | undefined; source?: string | undefined },
  table: { source: string; confidence?: string | undefined },
): Limit {
  const estimated = row.source === undefined && table.confidence === 'derived';
  const cores = row.vcpu === undefined ? {} : { vcpu: row.vcpu };
  return { value: row.maxConnections, source: row.source ?? table.source, estimated, ...cores };
}

function sizeIn(className: string, { unit, className: named }: NonNullable<ServerProfile['steps']>): number {
  const inName = named && new RegExp(named.pattern).exec(className)?.[1];
  if (named && inName !== undefined) return Number(inName) / named.perUnit;
  const suffix = unit === 'GiB' ? '(?:gib|gb|g)?' : `(?:${unit})?`;
  return Number(new RegExp(`^(\\d+(?:\\.\\d+)?)\\s?${suffix}$`, 'i').exec(className)?.[1] ?? Number.NaN);
}

function classNames({ classes }: ServerProfile): string[] {
  return (classes?.rows ?? []).flatMap((row) => row.class);
}

/** All that `--server` takes of shipped profiles: `mysql`, `aws-rds-mysql`, `aws-rds-mysql:db.t3.medium`. */
export async function serverNames(): Promise<string[]> {
  const names = profileIds('servers').map(async (id) => {
    const profile = await serverProfile(id);
    const { rows = [], unit } = profile.steps ?? {};
    const classes = [...classNames(profile), ...rows.map(({ from }) => `${from}${unit}`)];
    return [id, ...classes.map((name) => `${id}:${name}`)];
  });
  return (await Promise.all(names)).flat();
}

function exampleClass(profile: ServerProfile): string {
  const names = classNames(profile);
  const { steps } = profile;
  const middle = steps?.rows[Math.floor(steps.rows.length / 2)];
  return names[Math.floor(names.length / 2)] ?? `${middle?.from ?? 1}${steps?.unit ?? ''}`;
}
