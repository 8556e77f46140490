import { groupBy } from '../../base/group-by.ts';
import type { RoleAnswer, ServerAnswer, ServiceAnswer } from '../answer.ts';
import type { BudgetServer, BudgetService, FleetModel } from '../model.ts';
import { ServerLoad } from '../server-load.ts';
import { demandOfService, type ServiceDemand } from '../service-demand.ts';
import type { FleetTimes, ServerTimes } from '../times/fleet-times.ts';
import { type Usable, usableOf } from '../usable.ts';
import { answerRole, answerServer, type LoadsOfServer } from './answer-server.ts';
import { answerService, type LimitOfService } from './answer-service.ts';

/** A server with its answer, and what that was worked out from. */
export interface JudgedServer {
  readonly server: BudgetServer;
  readonly usable: Usable;
  readonly load: ServerLoad;
  readonly answer: ServerAnswer;
  readonly rows: readonly { readonly demand: ServiceDemand; readonly answer: ServiceAnswer }[];
}

type Clients = readonly BudgetService[];

/** A fleet with its times, worked out once for all servers. */
export interface TimedFleet {
  readonly model: FleetModel;
  readonly fleetTimes: FleetTimes;
}

/** Judges one server with the services that connect to it. */
export function judgeServer(server: BudgetServer, clients: Clients, { model, fleetTimes }: TimedFleet): JudgedServer {
  const demands = demandsAt([server.name], clients);
  const times = fleetTimes.at(clients);
  const usable = usableOf(server, demands);
  const loads = loadsOf(demands, { server, times, model });
  const load = loads.own;
  const roles = rolesOf({ server, usable, times, loads }, model);
  const input = { server, usable, loads, times };
  const answer = {
    ...answerServer(input),
    ...(roles.length > 0 && { roles: roles.map(({ answer: one }) => one) }),
  };
  const rows = demands.map((demand) => {
    const limits: LimitOfService[] = [
      ...(usable.usable === undefined ? [] : [{ usable: usable.usable, load, demand }]),
      ...roles.flatMap(({ limitOf }) => limitOf(demand) ?? []),
    ];
    const known = usable.usable === undefined ? [] : limits;
    return { demand, answer: answerService(demand, server.name, { load, limits: known }) };
  });
  return { server, usable, load, answer, rows };
}

/** What each client takes of these servers together. */
export function demandsAt(servers: readonly string[], clients: Clients): ServiceDemand[] {
  return clients.flatMap((service) => {
    const pools = service.pools.filter(({ to }) => servers.includes(to));
    const extras = service.extras.filter(({ to }) => servers.includes(to));
    return pools.length + extras.length === 0 ? [] : [demandOfService(service, { pools, extras })];
  });
}

interface LoadsInput {
  readonly server: BudgetServer;
  readonly times: ServerTimes;
  readonly model: FleetModel;
}

/** The load as the owner counts it, and with old instances that keep their pools. */
export function loadsOf(demands: readonly ServiceDemand[], { server, times, model }: LoadsInput): LoadsOfServer {
  const rolloutsAtOnce = model.rolloutsAtOnce === 'all' ? Number.POSITIVE_INFINITY : model.rolloutsAtOnce;
  const both = (some: readonly ServiceDemand[]) => {
    const input = { demands: some, states: times.states, rolloutsAtOnce };
    const draining = new ServerLoad({ ...input, countsTerminating: true });
    return {
      draining,
      own: server.countsTerminating ? draining : new ServerLoad({ ...input, countsTerminating: false }),
    };
  };
  const known = demands.filter(({ isUnknown }) => !isUnknown.normal && !isUnknown.worst && !isUnknown.withTerminating);
  return { ...both(demands), ...(known.length < demands.length && { known: both(known) }) };
}

interface JudgedRole {
  readonly answer: RoleAnswer;
  limitOf(demand: ServiceDemand): LimitOfService | undefined;
}

/** The roles with a limit of their own that not all services log in with. */
function rolesOf(
  {
    server,
    usable,
    times,
    loads,
  }: {
    readonly server: BudgetServer;
    readonly usable: Usable;
    readonly times: ServerTimes;
    readonly loads: LoadsOfServer;
  },
  model: FleetModel,
): JudgedRole[] {
  if (server.limit.kind === 'unknown' || server.limit.roles.length === 0) return [];
  const all = loads.own.input.demands;
  const byRole = groupBy(
    all.flatMap((demand) => [...new Set(demand.pools.map(({ role }) => role))].map((role) => ({ demand, role }))),
    ({ role }) => role,
  );
  return server.limit.roles.flatMap(({ name, connections: limit }): JudgedRole[] => {
    const own = byRole.get(name) ?? [];
    if (name === usable.role || own.length === 0) return [];
    const parts = new Map(own.map(({ demand }) => [demand, partOf(demand, name)] as const));
    const roleLoads = loadsOf([...parts.values()], { server, times, model });
    const answer = answerRole(name, limit, { server, usable, times, loads: roleLoads });
    const limitOf = (whole: ServiceDemand) => {
      const demand = whole.pools.every(({ role }) => role === name) ? parts.get(whole) : undefined;
      return demand && { usable: limit, load: roleLoads.own, demand };
    };
    return [{ answer, limitOf }];
  });
}

/** What of a service logs in with that role. Connections outside the pools are taken for the first pool's. */
function partOf({ service, pools }: ServiceDemand, role: string): ServiceDemand {
  const own = pools.filter((pool) => pool.role === role);
  const [first] = pools;
  const extras = service.extras.filter(({ to }) => first?.role === role && to === first.to);
  return demandOfService(service, { pools: own, extras });
}
