import type { DeployedService } from '../../declarations/manifests/service.ts';
import { holdsNoPool } from '../../lint/budget/without-pools.ts';
import type { WrittenService } from '../schema.ts';
import type { Written } from '../written.ts';
import { byMeaning, withoutVariants } from './compose-variants.ts';
import type { ReadUnit } from './unit.ts';

/** A service of the fleet: what its owner wrote, and what deploys it; one of the two at least. */
export interface FoundService {
  readonly name: string;
  readonly written?: Written<WrittenService>;
  /** Several where one name stands for all of them, such as the functions of one template. */
  readonly deployed: readonly DeployedService[];
  /** The files that it was found in, or those that its owner names. */
  readonly unit?: ReadUnit;
  /** Whether the unit is its own, by what its owner wrote, so that all code in it is what it runs. */
  readonly isOwnUnit: boolean;
}

export interface LeftOut {
  readonly service: DeployedService;
  readonly why: string;
}

/** Where a service is declared; the same for two readings of one file. */
export function declaredAt({ place }: Pick<DeployedService, 'place'>): string {
  return `${place.file}:${place.start}`;
}

/** What may be a client of a server: no server or pooler itself, nothing that ends before the others start. */
function isClient(service: DeployedService, poolers: ReadonlySet<string>): boolean {
  return service.server === undefined && !poolers.has(declaredAt(service)) && !holdsNoPool(service);
}

/**
 * Joins written services with those that manifests deploy, by name; a service with files of its own has the only one, or all
 * functions, that those deploy.
 */
export function findServices(
  written: Iterable<Written<WrittenService>>,
  units: { own: ReadonlyMap<string, ReadUnit>; shared: readonly ReadUnit[] },
  poolers: ReadonlySet<string>,
): { services: readonly FoundService[]; leftOut: readonly LeftOut[] } {
  const shared = units.shared.flatMap((unit) =>
    unit.manifests.services.filter((service) => isClient(service, poolers)).map((service) => ({ service, unit })),
  );
  const byName = new Map<string, typeof shared>();
  for (const one of shared) {
    const same = byName.get(one.service.name);
    if (same) same.push(one);
    else byName.set(one.service.name, [one]);
  }
  const taken = new Set<string>();
  const names = new Set<string>();
  const services: FoundService[] = [];
  for (const one of written) {
    names.add(one.name);
    const own = units.own.get(one.name);
    if (own) {
      const deployed = ownOf(one.name, own, poolers);
      for (const service of deployed) taken.add(declaredAt(service));
      services.push({ name: one.name, written: one, deployed, unit: own, isOwnUnit: true });
      continue;
    }
    const [found] = preferred(byName.get(one.name) ?? []);
    if (found) taken.add(declaredAt(found.service));
    const only = found?.unit ?? units.shared[0];
    services.push({
      ...{ name: one.name, written: one, deployed: found ? [found.service] : [], isOwnUnit: false },
      ...(only && { unit: only }),
    });
  }
  const leftOut: LeftOut[] = [];
  const used = new Set(names);
  for (const [name, all] of byName) {
    const rest = all.filter(({ service }) => !taken.has(declaredAt(service)));
    if (names.has(name)) {
      for (const { service } of rest) leftOut.push({ service, why: `${name} is read from other files` });
      continue;
    }
    const kept = preferred(rest.filter(({ service }) => !service.onDemand));
    for (const { service, unit } of kept) {
      const unique = uniqueName(service, used);
      used.add(unique);
      services.push({ name: unique, deployed: [service], unit, isOwnUnit: false });
    }
    for (const { service } of rest.filter((one) => !kept.includes(one)))
      leftOut.push({
        service,
        why: service.onDemand
          ? 'it runs only when somebody asks for it'
          : 'something else deploys a service of its name',
      });
  }
  return { services, leftOut };
}

/** Compose is for development where something else deploys a service of the same name; of its variants, one runs. */
function preferred<One extends { readonly service: DeployedService }>(all: readonly One[]): readonly One[] {
  const others = all.filter(({ service }) => service.kind !== 'compose service');
  if (others.length > 0) return others;
  return withoutVariants([...all].sort((a, b) => byMeaning(a.service, b.service)));
}

function ownOf(name: string, unit: ReadUnit, poolers: ReadonlySet<string>): readonly DeployedService[] {
  const clients = unit.manifests.services.filter((service) => isClient(service, poolers));
  const named = preferred(clients.filter((service) => service.name === name).map((service) => ({ service })));
  if (named[0]) return [named[0].service];
  const functions = clients.filter(({ kind }) => kind === 'Lambda function');
  return clients.length === 1 || functions.length === clients.length ? clients : [];
}

function uniqueName({ name, namespace, place }: DeployedService, used: ReadonlySet<string>): string {
  const candidates = [name, namespace === undefined ? undefined : `${name} (${namespace})`, `${name} (${place.file})`];
  const free = candidates.find((candidate) => candidate !== undefined && !used.has(candidate));
  return free ?? `${name} (${place.file}:${place.line})`;
}
