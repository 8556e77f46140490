import type { FleetFinding } from '../../../budget/answer.ts';
import type { LeftOut } from '../found-services.ts';
import type { JoinedFleet } from '../model.ts';

/** Where what is written is not what is read, and what is in no budget. */
export function differenceRemarks({ joined }: JoinedFleet, leftOut: readonly LeftOut[]): FleetFinding[] {
  return joined
    .flatMap(({ service, found, differences, unplaced }) => {
      const of = { service: service.name, ...(service.place && { place: service.place }) };
      return [
        ...differences.map(
          ({ to, written, read, readFrom }): FleetFinding => ({
            id: 'written-and-read-differ',
            severity: 'info',
            text: `${service.name}: the file of the fleet says ${written} connections a process to ${to}, and ${readFrom} says ${read}. ${written} counts.`,
            hint: 'Leave out connectionLimit where the files are right.',
            ...{ server: to, ...of },
          }),
        ),
        ...unplaced.map(
          ({ size }): FleetFinding => ({
            id: 'server-unclear',
            severity: 'warning',
            text: `${service.name}: no file says which server its pool${size.kind === 'known' ? ` of ${size.value}` : ''} is for, so it is in no budget.`,
            hint: `Write pools: [{to: NAME}] in services.${found.name}.`,
            ...of,
          }),
        ),
      ];
    })
    .concat(
      leftOut
        .filter(({ service }) => service.env.size > 0)
        .map(({ service, why }) => ({
          id: 'left-out',
          severity: 'info',
          text: `${service.name} in ${service.place.file} is left out: ${why}.`,
          ...{ service: service.name, place: service.place },
        })),
    );
}
