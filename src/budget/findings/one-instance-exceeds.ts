import type { FleetFinding } from '../answer.ts';
import { instanceOf } from '../service-demand.ts';
import { atService, failing, type JudgedFleet, slotsOf } from './finding-input.ts';

/** Services of which a single instance may take more than the server has. */
export function oneInstanceExceeds({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server, usable: { usable }, rows }) =>
    rows.flatMap(({ demand }): FleetFinding[] => {
      const { service, processes, extras, pool } = demand;
      const one = instanceOf(demand);
      if (usable === undefined || one <= usable || demand.instances.most === 0) return [];
      if (service.dividedTotal !== undefined) return [];
      const largest = Math.floor((usable - extras.instance) / Math.max(1, processes));
      const makes = processes > 1 ? ` (${processes} processes x ${pool})` : '';
      return [
        {
          id: 'one-instance-exceeds',
          severity: failing(server),
          text: `${service.name}: one instance alone may take ${one} of ${usable} ${slotsOf(server)} at ${server.name}${makes}: no number of instances fits.`,
          hint:
            largest > 0
              ? `A pool of at most ${largest} fits with one instance, and no roll-out beside it.`
              : 'Fewer processes, each with a pool of its own, have to come first.',
          server: server.name,
          ...atService(service),
        },
      ];
    }),
  );
}
