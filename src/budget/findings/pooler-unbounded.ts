import type { FleetFinding } from '../answer.ts';
import { atService, failing, type JudgedFleet } from './finding-input.ts';

/** Poolers that nothing caps, at servers where that shows. */
export function poolerUnbounded({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server, load, answer, rows }) =>
    rows.flatMap(({ demand }): FleetFinding[] => {
      const { service } = demand;
      const { usable } = answer;
      if (service.unbounded === undefined || answer.fits === 'yes') return [];
      const normal = load.shareIn(load.peak('normal'), demand);
      const exceeds = usable !== undefined && normal > usable;
      const least = demand.isUnknown.normal ? 'at least ' : '';
      const of = usable === undefined ? '' : ` of ${usable}`;
      return [
        {
          id: 'pooler-unbounded',
          severity: exceeds ? failing(server) : 'warning',
          text: `${service.name}: may open ${least}${normal}${of} connections to ${server.name} in normal running: ${service.unbounded}.`,
          hint: 'Set max_db_connections. It counts for each name in [databases] and in each process.',
          server: server.name,
          ...atService(service),
        },
      ];
    }),
  );
}
