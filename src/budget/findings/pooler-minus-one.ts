import type { FleetFinding } from '../answer.ts';
import type { JudgedServer } from '../judge/judge-server.ts';
import type { BudgetService } from '../model.ts';
import { leastOf } from '../service-demand.ts';
import { slotsLeft } from '../usable.ts';
import { atServer, type JudgedFleet } from './finding-input.ts';

/** Poolers whose clients fit, but not while one of its instances restarts. */
export function poolerMinusOne({ judged, model }: JudgedFleet): FleetFinding[] {
  const poolers = new Map(model.services.flatMap((service) => (service.pooler ? [[service.pooler, service]] : [])));
  return judged.flatMap((one): FleetFinding[] => {
    const { server, answer } = one;
    const pooler = poolers.get(server.name);
    const left = pooler && leftWithoutOne(one, pooler);
    const { connections } = answer.worstMinute;
    if (!left || answer.fits === 'no' || connections <= left.usable) return [];
    return [
      {
        id: 'pooler-minus-one',
        severity: 'info',
        text: `${server.name}: ${connections} clients need all ${left.of}; while one restarts, ${left.usable} fit.`,
        hint: 'PgBouncer refuses a client above its limit at once and does not queue it: one more instance, or a higher limit of clients, lets one restart.',
        ...atServer(server),
      },
    ];
  });
}

/** An instance is gone, or a process where there is only one instance. */
function leftWithoutOne({ server }: JudgedServer, { instances, processes }: BudgetService) {
  const { limit } = server;
  const [most, each] = [leastOf(instances.most), leastOf(processes)];
  const isKnown = instances.most.kind === 'known' && processes.kind === 'known';
  const count = most > 1 ? most : each;
  if (limit.kind === 'unknown' || !isKnown || count < 2) return undefined;
  const maxConnections = Math.floor((limit.maxConnections * (count - 1)) / count);
  return {
    usable: slotsLeft({ ...limit, maxConnections }).usable,
    of: `${count} ${most > 1 ? 'instances' : 'processes'}`,
  };
}
