import { type FleetLock, lockText } from '../../budget/lock.ts';
import type { FleetModel } from '../../budget/model.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import { rowKey } from '../../budget/row-key.ts';
import { isLive } from './inputs-digest.ts';

/** Why a lock is not that of the fleet as it is now, one fact a line; empty where it is. */
export function staleness(locked: FleetLock, now: FleetLock, model: FleetModel): readonly string[] {
  if (lockText(locked) === lockText(now)) return [];
  // What a server was asked for is another number at each run, and so are quotas that follow from it.
  if (isLive(model) && locked.inputs === now.inputs) return [];
  const before = new Map(locked.quotas.map((row) => [keyOf(row), row]));
  const after = new Map(now.quotas.map((row) => [keyOf(row), row]));
  const gone = locked.quotas
    .filter((row) => !after.has(keyOf(row)))
    .map(({ service, server }) => `${service} takes nothing of ${server} any more`);
  const others = now.quotas.flatMap((row) => changeOf(before.get(keyOf(row)), row));
  const said = [...gone, ...others];
  return said.length > 0 ? said : ['a number that the quotas follow from is another one'];
}

const keyOf = ({ service, server }: ServiceQuota) => rowKey(service, server);

function changeOf(before: ServiceQuota | undefined, { service, server, ...now }: ServiceQuota): readonly string[] {
  if (!before) return [`${service} has no quota of ${server} in it`];
  const fields = [
    ['quota', before.quota, now.quota],
    ['pool', before.pool, now.pool],
    ['processes', before.processes, now.processes],
    ['most instances', before.mostInstances, now.mostInstances],
  ] as const;
  const changed = fields
    .filter(([, then, value]) => then !== value)
    .map(([name, then, value]) => `${name} ${then} is ${value}`);
  return changed.length === 0 ? [] : [`${service} at ${server}: ${changed.join(', ')}`];
}
