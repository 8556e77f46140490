import { groupBy } from '../base/group-by.ts';
import { allocatedPool, type SizedPool } from './allocation/allocated-pool.ts';
import { type PoolClaim, poolClaims } from './allocation/claims.ts';
import { divide } from './allocation/divide.ts';
import { Division } from './allocation/division.ts';
import { FleetLimits } from './allocation/limits.ts';
import { SettingsByLoad } from './allocation/pool-settings.ts';
import type { FleetAllocation, FloorsBeyond, UnknownPool } from './allocation.ts';
import type { FleetModel } from './model.ts';

/**
 * Divides the connections of all servers among the pools of all services, for the worst minute of each server. Every pool has
 * its floor first: 1, or what requests that hold several connections at once need. Then what lies within the room goes, in this
 * order, to pools that cannot carry their known load, to declared sizes of pools without a known load, and to where the mean
 * wait x rate x priority falls most for what a connection takes of the server: one in each process of each instance, and of
 * those that a roll-out adds while it is this service that decides. No pool gets more than `sizePool` asks for; the rest is left.
 *
 * Guaranteed: no server or role gets over its limit by it, except by floors that do not fit, which are in `doesNotFit`; no pool
 * is below its floor; services that are alike differ by one connection at most. Where the pools that compete are few (three
 * pools of twelve sizes, and mostly ten pools), no other sizes are better, in that order; elsewhere an exchange of single
 * connections finds none that are.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION for a load that cannot be
 */
export function allocateFleet(model: FleetModel): FleetAllocation {
  const limits = new FleetLimits(model);
  const claims = poolClaims(model, limits);
  const doesNotFit = floorsBeyond(claims, limits);
  const sized = divide(claims).flatMap(({ claims: group, division }) =>
    group.flatMap((claim) =>
      claim.pools.map((pool): SizedPool => {
        const growth = division.growthOf(claim, pool.pool.to);
        return { ...pool, claim, size: division.sizeOf(claim), growth };
      }),
    ),
  );
  const unknown = sized.flatMap(unknownPool);
  const settings = new SettingsByLoad();
  const byService = groupBy(sized, ({ service }) => service);
  const pools = model.services.flatMap((service) =>
    [...groupBy(byService.get(service) ?? [], ({ pool }) => pool.to)].flatMap(([server, own]) => {
      const there = limits.there(service, server);
      return there && own.every(isKnown) ? allocatedPool(own, there, settings) : [];
    }),
  );
  return { pools, ...(doesNotFit.length > 0 && { doesNotFit }), ...(unknown.length > 0 && { unknown }) };
}

/** The limits that are passed when every pool has its floor. */
function floorsBeyond(claims: readonly PoolClaim[], { all }: FleetLimits): FloorsBeyond[] {
  const floors = new Division(claims);
  return all.flatMap((limit) => {
    const { server, role, most } = limit;
    const taken = floors.takenOf(limit);
    if (taken <= most) return [];
    return [{ server, ...(role !== undefined && { role }), usable: most, floors: taken, missing: taken - most }];
  });
}

function isKnown({ known, declared }: SizedPool): boolean {
  return known !== undefined || declared !== undefined;
}

function unknownPool(sized: SizedPool): UnknownPool[] {
  const { service, pool, beside, size } = sized;
  if (isKnown(sized) || pool.size.kind === 'known') return [];
  const { why, settledBy } = pool.size;
  return [{ service: service.name, server: pool.to, floor: beside + size, why, settledBy }];
}
