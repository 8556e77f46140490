import type { FleetAnswer } from './answer.ts';
import { findingsOf } from './findings/index.ts';
import { type JudgedServer, judgeServer } from './judge/judge-server.ts';
import type { BudgetService, FleetModel } from './model.ts';
import { FleetTimes } from './times/fleet-times.ts';

/**
 * What the services of a fleet take of its servers in normal running, scaled out and in the worst minute, what is left, and
 * what of each service would fit. Nothing is guessed: where parts are unknown, numbers are marked as "at least".
 */
export function judgeFleet(model: FleetModel): FleetAnswer {
  const clients = clientsOf(model);
  const fleet = { model, fleetTimes: new FleetTimes(model) };
  const judged = model.servers.map((server) => judgeServer(server, clients.get(server.name) ?? [], fleet));
  return {
    servers: judged.map(({ answer }) => answer),
    services: rowsOf(model, judged),
    findings: findingsOf({ ...fleet, judged, clients }),
  };
}

/** The services that connect to each server, by its name. */
function clientsOf({ services }: FleetModel): Map<string, BudgetService[]> {
  const clients = new Map<string, BudgetService[]>();
  for (const service of services) {
    for (const to of new Set([...service.pools, ...service.extras].map((one) => one.to))) {
      const own = clients.get(to);
      if (own) own.push(service);
      else clients.set(to, [service]);
    }
  }
  return clients;
}

/** In the order of the services. */
function rowsOf({ services }: FleetModel, judged: readonly JudgedServer[]): FleetAnswer['services'] {
  const order = new Map(services.map((service, index) => [service, index]));
  return judged
    .flatMap(({ rows }) => rows)
    .sort((a, b) => (order.get(a.demand.service) ?? 0) - (order.get(b.demand.service) ?? 0))
    .map(({ answer }) => answer);
}
