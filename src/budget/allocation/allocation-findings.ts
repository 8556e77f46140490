import { groupBy } from '../../base/group-by.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import type { FleetAllocation } from '../allocation.ts';
import type { FleetFinding } from '../answer.ts';
import { nameList } from '../findings/finding-input.ts';

/** What must be said of an allocation: floors that do not fit, and loads that there is no room for. */
export function allocationFindings({ pools, doesNotFit = [] }: FleetAllocation): FleetFinding[] {
  const beyond = doesNotFit.map(({ server, role, usable, floors, missing }): FleetFinding => {
    const where = role === undefined ? server : `the role ${role} of ${server}`;
    const [taken, slots] = [formatNumber(floors), formatCount(usable, 'connection')];
    return {
      id: 'floors-beyond',
      severity: 'warning',
      text: `${where}: with the smallest pools that work, services take ${taken} of ${slots} in the worst minute, ${formatNumber(missing)} too many.`,
      hint: 'No pool size fits. Fewer instances or processes, a smaller surge, a pooler before it or a larger limit does.',
      server,
    };
  });
  const tooSmall = new Set(doesNotFit.map(({ server }) => server));
  const short = pools.filter(({ isEnough, limitedBy, server }) => {
    return isEnough === false && limitedBy === 'room' && !tooSmall.has(server);
  });
  const lacking = [...groupBy(short, ({ server }) => server)].map(([server, own]): FleetFinding => {
    const each = own.map(({ service, connectionLimit, wanted = 0 }) => `${service} ${connectionLimit} of ${wanted}`);
    return {
      id: 'no-room-for-load',
      severity: 'warning',
      text: `${server} has no room for the pools that loads need: ${nameList(each)} connections in each process.`,
      hint: 'Requests will wait longer than the targets of `poolctl size` allow. Fewer instances, a pooler or a larger limit makes room.',
      server,
    };
  });
  return [...beyond, ...lacking];
}
