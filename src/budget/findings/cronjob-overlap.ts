import type { FleetFinding } from '../answer.ts';
import { atService, type JudgedFleet } from './finding-input.ts';

/** Schedules of which several runs may be under way at once. */
export function cronjobOverlap({ judged }: JudgedFleet): FleetFinding[] {
  const seen = new Set<string>();
  return judged.flatMap(({ server, load, rows }) =>
    rows.flatMap(({ demand }): FleetFinding[] => {
      const { service } = demand;
      const runs = load.mostRunsOf(demand);
      if (runs < 2 || service.runs.kind !== 'schedule' || seen.has(service.name)) return [];
      seen.add(service.name);
      return [
        {
          id: 'cronjob-overlap',
          severity: 'info',
          text: `${service.name}: up to ${runs} runs at once, since ${service.runs.cron} starts one while others run.`,
          hint: 'concurrencyPolicy: Forbid keeps it to one.',
          server: server.name,
          ...atService(service),
        },
      ];
    }),
  );
}
