import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { compiledProfile } from './compiled.ts';
import type { DriverProfile } from './driver.ts';
import { type Kind, kinds, profileIds, profileText } from './files.ts';
import type { MetricSourceProfile } from './metrics.ts';
import type { PlatformProfile } from './platform.ts';
import type { PoolProfile } from './pool.ts';
import type { PoolerProfile } from './pooler.ts';
import type { ServerProfile } from './server.ts';

interface Profiles {
  pools: PoolProfile;
  servers: ServerProfile;
  drivers: DriverProfile;
  poolers: PoolerProfile;
  platforms: PlatformProfile;
  metrics: MetricSourceProfile;
}

/** A shipped profile by id; PROFILE_UNKNOWN names the nearest one. */
export function poolProfile(id: string): Promise<PoolProfile> {
  return load('pools', id);
}

/** A shipped server profile by id; what its engine's own profile says holds where it says nothing. */
export async function serverProfile(id: string): Promise<ServerProfile> {
  const server = await load('servers', id);
  return server.engine === id ? server : inherit(server, await load('servers', server.engine));
}

/** What is known of a driver or ORM, by id. */
export function driverProfile(id: string): Promise<DriverProfile> {
  return load('drivers', id);
}

/** What is known of a pooler or proxy, by id. */
export function poolerProfile(id: string): Promise<PoolerProfile> {
  return load('poolers', id);
}

/** What is known of a platform, by id. */
export function platformProfile(id: string): Promise<PlatformProfile> {
  return load('platforms', id);
}

/** What a source of metrics calls what it measures, by id. */
export function metricSource(id: string): Promise<MetricSourceProfile> {
  return load('metrics', id);
}

/** All but the limit itself: a managed flavour does not start with its engine's default of max_connections. */
function inherit(server: ServerProfile, { maxConnections: _, ...engine }: ServerProfile): ServerProfile {
  return { ...engine, ...server, sources: { ...engine.sources, ...server.sources } };
}

/**
 * The profile of that name, over all kinds. Where a driver and another profile share a name, the other one is meant:
 * `mysql` is the server, `drivers/mysql` the driver.
 */
export async function findProfile(name: string): Promise<{ kind: Kind; id: string; text: string; values: object }> {
  const all = kinds.flatMap((kind) => profileIds(kind).map((id) => ({ kind, id })));
  const found = all.filter(({ kind, id }) => id === name || `${kind}/${id}` === name);
  const meant = found.find(({ kind }) => kind !== 'drivers') ?? found[0];
  if (!meant) {
    const names = all.map(({ id }) => id);
    throw new PoolctlError('PROFILE_UNKNOWN', `There is no profile "${name}".${didYouMean(name, names)}`, {
      hint: '`poolctl profiles list` has the names.',
    });
  }
  return { ...meant, text: profileText(meant.kind, meant.id), values: await load(meant.kind, meant.id) };
}

const loaded = new Map<string, Promise<Profiles[Kind]>>();

/** Read once a process; profiles are never changed. */
function load<K extends Kind>(kind: K, id: string): Promise<Profiles[K]> {
  const key = `${kind}/${id}`;
  const profile = loaded.get(key) ?? read(kind, id);
  loaded.set(key, profile);
  return profile as Promise<Profiles[K]>;
}

async function read<K extends Kind>(kind: K, id: string): Promise<Profiles[K]> {
  const ids = profileIds(kind);
  if (!ids.includes(id)) {
    const noun = kind === 'servers' ? 'server' : 'profile';
    throw new PoolctlError('PROFILE_UNKNOWN', `There is no ${noun} "${id}".${didYouMean(id, ids)}`, {
      hint: `Known: ${ids.join(', ')}.`,
    });
  }
  return (compiledProfile(kind, id) ?? (await import('./shipped.ts')).parseShipped(kind, id)) as Profiles[K];
}
