import type { FleetFinding } from '../../budget/answer.ts';
import type { LeftOut } from './found-services.ts';
import type { JoinedFleet } from './model.ts';

/** What the reader tells beside the budget, each thing once for all services that it holds for. */
export function remarksOn({ joined }: JoinedFleet, leftOut: readonly LeftOut[]): FleetFinding[] {
  return [
    ...joined.flatMap(({ service, differences }) =>
      differences.map(
        ({ to, written, read, readFrom }): FleetFinding => ({
          id: 'written-and-read-differ',
          severity: 'info',
          text: `${service.name}: the fleet's file says ${written} connections a process to ${to}, and ${readFrom} says ${read}: ${written} counts.`,
          hint: 'Leave out connectionLimit where the files are right.',
          server: to,
          service: service.name,
          ...(service.place && { place: service.place }),
        }),
      ),
    ),
    ...joined.flatMap(({ service, unplaced, found }) =>
      unplaced.map(
        (pool): FleetFinding => ({
          id: 'server-unclear',
          severity: 'warning',
          text: `${service.name}: no file says which server its pool${pool.size.kind === 'known' ? ` of ${pool.size.value}` : ''} is for, so it is in no budget.`,
          hint: `Write pools: [{to: NAME}] in services.${found.name}.`,
          service: service.name,
          ...(pool.place && { place: pool.place }),
        }),
      ),
    ),
    ...leftOut
      .filter(({ service }) => service.env.size > 0)
      .map(
        ({ service, why }): FleetFinding => ({
          id: 'left-out',
          severity: 'info',
          text: `${service.name} in ${service.place.file} is left out: ${why}.`,
          service: service.name,
          place: service.place,
        }),
      ),
  ];
}
