import type { EngineId } from '../../base/engine.ts';
import type { FleetCount, NamedConnections } from '../../budget/model.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { hostsOfPool } from '../../lint/budget/hosts.ts';
import type { PoolPart, ProcessPools } from '../../lint/budget/process-pools.ts';
import { knownCount, unknownCount } from './counts.ts';
import { endpointOfUrl, endpointsInEnv, type PoolEndpoint } from './endpoint.ts';

/** A pool of one process of a service, as files have it, before it is known which server of the fleet it is for. */
export interface FoundPool {
  /** Left out where nothing says where it connects to. */
  readonly endpoint?: PoolEndpoint;
  readonly engine?: EngineId;
  readonly size: FleetCount;
  readonly parts: readonly (NamedConnections & { readonly place?: SourceSpan })[];
  readonly setting?: string;
  /** Nobody has set it: the default of its library, or one in the code. */
  readonly isDefault?: boolean;
  /** Its library takes the number of CPUs. */
  readonly isByCpu?: true;
  /** What has the default, by name. */
  readonly of?: string;
  readonly pool?: DeclaredPool;
  readonly place?: SourceSpan;
}

/** The pools that make up what a process takes: one for each part, or one at each endpoint of a replication. */
export function foundPools({ parts }: ProcessPools, service: DeployedService): readonly FoundPool[] {
  const near = endpointsInEnv(service);
  const engine = parts.find(({ pool }) => pool?.engine)?.pool?.engine;
  const first = parts.find(({ pool }) => pool);
  const beside = (first?.pool && endpointsOf(first, service, near)[0]) ?? (near.length === 1 ? near[0] : undefined);
  return parts.flatMap((part) => {
    const endpoints = endpointsOf(part, service, near);
    const endpoint = endpoints[0] ?? (part.pool ? undefined : beside);
    const one: FoundPool = {
      ...{ size: sizeOf(part), parts: partsOf(part), place: part.place },
      ...(part.setting !== undefined && { setting: part.setting }),
      ...(part.pool && { pool: part.pool }),
      ...defaultOf(part),
      ...engineOf(part.pool?.engine ?? endpoint?.engine ?? engine),
    };
    const count = part.pool?.endpoints ?? 1;
    if (count > 1)
      return Array.from({ length: count }, (_, at) => ({ ...one, ...(endpoints[at] && { endpoint: endpoints[at] }) }));
    return [{ ...one, ...(endpoint && { endpoint }) }];
  });
}

const engineOf = (engine: EngineId | undefined) => (engine === undefined ? {} : { engine });

/** Where a part connects to: by its pool, by the URL in the variable that sizes it, or by the only one that the service names. */
function endpointsOf(
  { pool, name }: PoolPart,
  service: DeployedService,
  near: readonly PoolEndpoint[],
): PoolEndpoint[] {
  const hosts = pool ? hostsOfPool(pool) : [];
  const given = service.env.get(name);
  const inUrl = given?.kind === 'known' ? endpointOfUrl(String(given.value)) : undefined;
  if (hosts.length === 0) return inUrl ? [inUrl] : near.length === 1 ? [...near] : [];
  return hosts.map((host) => near.find((one) => one.host === host) ?? { host });
}

/** By the library, or by the code that reads a variable which is set nowhere. */
function defaultOf({ isDefault, pool, setting, connections }: PoolPart): Pick<FoundPool, 'isDefault' | 'of'> {
  if (!pool || connections === undefined) return {};
  if (isDefault) return { isDefault: true, of: pool.driver ?? pool.library };
  const sizes = (setting ?? '').split(' + ');
  const own = pool.options.filter(({ name }) => sizes.includes(name));
  const isOfCode = own.length > 0 && own.every(({ value }) => value.origins.some(({ kind }) => kind === 'default'));
  return isOfCode ? { isDefault: true, of: pool.place.file } : {};
}

function sizeOf({ connections, unknown, setting, isDefault, pool, place, name }: PoolPart): FleetCount {
  if (connections === undefined) return unknownCount(1, unknown ?? 'its size is not known', '', place);
  const of = pool?.driver ?? pool?.library ?? name;
  return knownCount(connections, isDefault ? `default of ${of}` : `${setting ?? name} in ${place.file}`, place);
}

function partsOf({ name, connections, place }: PoolPart): FoundPool['parts'] {
  return connections === undefined ? [] : [{ name, connections, place }];
}
