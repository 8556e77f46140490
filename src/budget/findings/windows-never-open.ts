import type { FleetFinding } from '../answer.ts';
import { atService, type JudgedFleet, nameList } from './finding-input.ts';

/** Releases whose windows exclude each other: they are counted as if they could roll out at any time. */
export function windowsNeverOpen({ fleetTimes }: JudgedFleet): FleetFinding[] {
  return fleetTimes.neverOpen.flatMap((services): FleetFinding[] => {
    const windowed = services.filter(({ window }) => window !== undefined);
    const [first] = windowed;
    if (!first) return [];
    return [
      {
        id: 'windows-never-open',
        severity: 'warning',
        text: `${first.release ?? first.name}: the windows of ${nameList(windowed.map(({ name }) => name))} are never open together, so that it counts as rolled out at any time.`,
        hint: 'What is of one release rolls out together: give its services one window, or releases of their own.',
        ...atService(first),
      },
    ];
  });
}
