import { formatDuration } from '../../base/units.ts';
import type { FleetFinding } from '../answer.ts';
import { atService, type JudgedFleet } from './finding-input.ts';

/** Poolers that end clients in a query: its session stays at the server, and no limit of the pooler counts it. */
export function poolerCutsQueries({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server, rows }) =>
    rows.flatMap(({ demand: { service } }): FleetFinding[] => {
      const { queryTimeoutSeconds: seconds } = service;
      if (seconds === undefined) return [];
      return [
        {
          id: 'pooler-cuts-queries',
          severity: 'info',
          text: `${service.name}: query_timeout ends a client after ${formatDuration(seconds * 1_000)}, and its query runs on at ${server.name}, beside those that are counted here.`,
          hint: `Set statement_timeout of its roles on the server to as much or less, and leave query_timeout as a last resort.`,
          server: server.name,
          ...atService(service),
        },
      ];
    }),
  );
}
