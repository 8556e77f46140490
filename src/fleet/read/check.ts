import { didYouMean } from '../../base/suggest.ts';
import type { BudgetServer, BudgetService } from '../../budget/model.ts';
import { leastOf } from '../../budget/service-demand.ts';
import type { FleetParts, Written } from '../written.ts';
import { refuseFleet } from './refuse.ts';

/**
 * Refuses what the files of a fleet cannot mean together, before any of it is worked out.
 * @throws PoolctlError INPUT_INVALID with file, line and column
 */
export function checkParts({ servers, poolers, services }: FleetParts): void {
  const all = new Set([...servers.keys(), ...poolers.keys()]);
  const isThere = (written: Written<unknown>, key: readonly (string | number)[], name: string | undefined) => {
    if (name === undefined || all.has(name)) return;
    throw refuseFleet(
      written,
      key,
      `there is no server or pooler "${name}".${didYouMean(name, all)}`,
      all.size > 0
        ? `There are ${[...all].slice(0, 8).join(', ')}. Add it under servers, or correct the name.`
        : `Add servers: {${name}: {maxConnections: …}}.`,
    );
  };
  for (const server of servers.values()) isThere(server, ['replicaOf'], server.value.replicaOf);
  for (const pooler of poolers.values()) isThere(pooler, ['to'], pooler.value.to);
  for (const service of services.values()) {
    const { pools = [], extras = {}, instances } = service.value;
    for (const [at, { to }] of pools.entries()) isThere(service, ['pools', at, 'to'], to);
    for (const [kind, some] of Object.entries(extras)) {
      for (const [name, extra] of Object.entries(some ?? {}))
        if (typeof extra !== 'number') isThere(service, ['extras', kind, name, 'to'], extra.to);
    }
    const { normal, max } = instances ?? {};
    if (normal !== undefined && max !== undefined && max < normal)
      throw refuseFleet(
        service,
        ['instances', 'max'],
        `${max} is below the ${normal} of normal running.`,
        'max is the most instances: the ceiling of the autoscaler.',
      );
  }
  refuseCircle(poolers, 'to', (pooler) => pooler.to, 'A pooler leads to a server in the end.');
  refuseCircle(servers, 'replicaOf', (server) => server.replicaOf, 'One of them is the primary, and copies none.');
}

function refuseCircle<Value>(
  all: ReadonlyMap<string, Written<Value>>,
  key: string,
  next: (value: Value) => string | undefined,
  hint: string,
): void {
  const done = new Set<string>();
  for (const start of all.keys()) {
    const way: string[] = [];
    for (let name: string | undefined = start; name !== undefined && !done.has(name); ) {
      const written: Written<Value> | undefined = all.get(name);
      if (!written) break;
      if (way.includes(name)) {
        const circle = [...way.slice(way.indexOf(name)), name].join(' → ');
        throw refuseFleet(written, [key], `it leads back to itself: ${circle}.`, hint);
      }
      way.push(name);
      name = next(written.value);
    }
    for (const name of way) done.add(name);
  }
}

/**
 * Refuses a limit below what its services need to run at all: a connection for each pool of each instance.
 * @throws PoolctlError INPUT_INVALID
 */
export function checkFloors(
  { servers, services: written }: FleetParts,
  model: { servers: readonly BudgetServer[]; services: readonly BudgetService[] },
): void {
  const least = (service: BudgetService, nested: number) =>
    leastOf(service.instances.normal) * Math.max(1, leastOf(service.processes)) * nested;
  const ofRole = new Map<string, { connections: number; services: string[] }>();
  for (const service of model.services) {
    const own = written.get(service.name);
    for (const [at, { role, to, nested, size }] of service.pools.entries()) {
      const floor = least(service, nested);
      if (own && size.kind === 'known' && size.value < nested)
        throw refuseFleet(
          own,
          ['pools', at],
          `a pool of ${size.value} is less than the ${nested} connections that one request holds.`,
          'With less than nested, a request waits for itself. Raise connectionLimit.',
        );
      if (own && service.dividedTotal !== undefined && service.dividedTotal < floor)
        throw refuseFleet(
          own,
          ['total'],
          `${service.dividedTotal} is below its floor of ${floor}: one connection for each of its instances.`,
          'Raise the total, or run fewer instances.',
        );
      if (role === undefined) continue;
      const key = JSON.stringify([to, role]);
      const before = ofRole.get(key) ?? { connections: 0, services: [] };
      ofRole.set(key, { connections: before.connections + floor, services: [...before.services, service.name] });
    }
  }
  for (const server of servers.values()) {
    for (const [role, limit] of Object.entries(server.value.roles ?? {})) {
      const floor = ofRole.get(JSON.stringify([server.name, role]));
      if (floor && limit < floor.connections)
        throw refuseFleet(
          server,
          ['roles', role],
          `${limit} is below the floor of ${floor.services.join(' and ')}: ${floor.connections}, one connection for each of their instances.`,
          'Raise the limit of the role, or run fewer instances.',
        );
    }
  }
}
