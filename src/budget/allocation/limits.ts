import type { BudgetServer, BudgetService, FleetModel } from '../model.ts';
import {
  addedAt,
  besideAt,
  demandOfService,
  type RolloutCount,
  type ServiceDemand,
  takenAt,
} from '../service-demand.ts';
import { FleetTimes } from '../times/fleet-times.ts';
import type { TimeState } from '../times/time-state.ts';
import { usableOf } from '../usable.ts';
import type { Limit, Take } from './claim.ts';
import { ownPart } from './own-part.ts';

/** Whose connections count: all of a server, or those of one role on it. */
interface Bound {
  readonly server: BudgetServer;
  readonly role?: string;
  readonly most: number;
  readonly demands: ReadonlyMap<BudgetService, ServiceDemand>;
}

/** That of the connections outside the pools is taken for that of the first pool. */
function roleOf({ pools }: BudgetService, server: string): string | undefined {
  return pools.find(({ to }) => to === server)?.role;
}

/** A bound at one time, and what a connection in each process of a service takes of it then. */
interface TimedLimit {
  readonly limit: Limit;
  readonly unitOf: (service: BudgetService) => Omit<Take, 'limit'> | undefined;
}

/** What a service takes of a server when so many runs of it are at once, old instances that end slowly included or not. */
export interface ServiceThere {
  readonly demand: ServiceDemand;
  readonly runs: number;
  readonly countsTerminating: boolean;
}

/** The limits of a fleet by server and role, with all that no size changes; the arithmetic is that of the budget. */
export class FleetLimits {
  readonly #ofServer = new Map<string, readonly TimedLimit[]>();
  readonly #there = new Map<string, (service: BudgetService) => ServiceThere | undefined>();

  constructor(model: FleetModel) {
    const { servers, services, rolloutsAtOnce } = model;
    const times = new FleetTimes(model);
    const atOnce = rolloutsAtOnce === 'all' ? Infinity : rolloutsAtOnce;
    for (const [server, own] of servicesByServer(servers, services)) {
      const { states } = times.at(own);
      const bounds = boundsOf(server, own);
      const [whole] = bounds;
      const limits = bounds.flatMap((bound) => states.map((state) => timedLimit(bound, state, atOnce)));
      this.#ofServer.set(server.name, limits);
      this.#there.set(server.name, (service) => {
        const demand = whole?.demands.get(service);
        if (!demand) return undefined;
        const runs = Math.max(...states.map((state) => state.runsOf(service)));
        return { demand, runs, countsTerminating: server.countsTerminating };
      });
    }
  }

  get all(): readonly Limit[] {
    return [...this.#ofServer.values()].flat().map(({ limit }) => limit);
  }

  /** What the service takes of the server. */
  there(service: BudgetService, server: string): ServiceThere | undefined {
    return this.#there.get(server)?.(service);
  }

  /** What one connection in each process takes of the server, and of the role. */
  takesOf(service: BudgetService, server: string, role: string | undefined): Take[] {
    const limits = (this.#ofServer.get(server) ?? []).filter(
      ({ limit }) => limit.role === undefined || limit.role === role,
    );
    return limits.flatMap(({ limit, unitOf }) => {
      const unit = unitOf(service);
      return unit ? [{ limit, ...unit }] : [];
    });
  }
}

function servicesByServer(servers: readonly BudgetServer[], services: readonly BudgetService[]) {
  const found = new Map(servers.map((server) => [server.name, { server, own: new Set<BudgetService>() }]));
  for (const service of services) {
    for (const { to } of [...service.pools, ...service.extras]) found.get(to)?.own.add(service);
  }
  return [...found.values()].map(({ server, own }) => [server, [...own]] as const);
}

function boundsOf(server: BudgetServer, services: readonly BudgetService[]): Bound[] {
  const demandsOf = (role?: string) =>
    new Map(
      services.map((service) => [
        service,
        demandOfService(service, {
          pools: service.pools.filter((pool) => pool.to === server.name && (role === undefined || pool.role === role)),
          extras: service.extras.filter(
            ({ to }) => to === server.name && (role === undefined || roleOf(service, to) === role),
          ),
        }),
      ]),
    );
  const demands = demandsOf();
  const { usable = Infinity } = usableOf(server, [...demands.values()]);
  const roles = server.limit.kind === 'limit' ? server.limit.roles : [];
  return [
    { server, most: usable, demands },
    ...roles.map(({ name, connections }) => ({ server, role: name, most: connections, demands: demandsOf(name) })),
  ];
}

function timedLimit({ server, role, most, demands }: Bound, state: TimeState, rolloutsAtOnce: number): TimedLimit {
  const count = { countsTerminating: server.countsTerminating };
  const closed = new Set<string>();
  for (const service of demands.keys()) if (!state.isOpen(service)) closed.add(releaseOf(service));
  const parts = new Map([...demands].map(([service, demand]) => [service, partsOf(demand, state, count)]));
  const fixedInRollout = new Map<string, number>();
  let fixed = 0;
  for (const [service, part] of parts) {
    const release = releaseOf(service);
    fixed += part.fixed;
    if (part.fixedInRollout > 0 && !closed.has(release)) {
      fixedInRollout.set(release, (fixedInRollout.get(release) ?? 0) + part.fixedInRollout);
    }
  }
  return {
    limit: { server: server.name, most, fixed, fixedInRollout, rolloutsAtOnce, ...(role !== undefined && { role }) },
    unitOf: (service) => {
      const part = parts.get(service);
      if (!part) return undefined;
      const release = releaseOf(service);
      return { connections: part.each, inRollout: closed.has(release) ? 0 : part.eachInRollout, release };
    },
  };
}

/** What a service takes whatever the size of its pools, and what each connection of a process adds to that. */
function partsOf(demand: ServiceDemand, state: TimeState, count: RolloutCount) {
  const { service, instances, pools } = demand;
  const runs = state.runsOf(service);
  const always = (pool: number) => {
    const sized = { ...demand, pool };
    return takenAt(sized, instances.most, runs) + besideAt(sized, instances.most, count);
  };
  const added = (pool: number) => addedAt({ ...demand, pool }, instances.most, count);
  const beside = pools.reduce((sum, pool) => sum + ownPart(pool).beside, 0);
  return {
    fixed: always(beside),
    fixedInRollout: added(beside),
    each: always(beside + 1) - always(beside),
    eachInRollout: added(beside + 1) - added(beside),
  };
}

function releaseOf({ release, name }: BudgetService): string {
  return release ?? `service ${name}`;
}
