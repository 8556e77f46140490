import { groupBy } from '../base/group-by.ts';
import { allocatedPool, dividedPool, type SizedPool } from './allocation/allocated-pool.ts';
import type { Claim } from './allocation/claim.ts';
import { type PoolClaim, poolClaims } from './allocation/claims.ts';
import { type DividedGroup, divide } from './allocation/divide.ts';
import { Division } from './allocation/division.ts';
import { FleetLimits } from './allocation/limits.ts';
import { SettingsByLoad } from './allocation/pool-settings.ts';
import type { AllocatedPool, AllocatedServer, FleetAllocation, FloorsBeyond, UnknownPool } from './allocation.ts';
import type { FleetModel } from './model.ts';

/**
 * Divides the connections of all servers among the pools of all services, for the worst minute of each server. Every pool has
 * its floor first: 1, or what requests that hold several connections at once need. Then what lies within the room goes, in this
 * order, to known loads until each is carried, to known loads until they are within the targets of `sizePool`, to declared sizes
 * of pools without a known load, and to what else `sizePool` asks for. Among known loads each connection goes to where the mean
 * wait x rate x priority falls most for what it takes of the server: one in each process of each instance, and of those that a
 * roll-out adds while it is this service that decides. What nothing asks for is left.
 *
 * Guaranteed: no server or role gets over its limit by it, except by floors that do not fit, which are in `doesNotFit`; no pool
 * is below its floor; services that are alike differ by one connection at most. Where a server has `isBest`, no other sizes are
 * better, in that order, and more room makes it no worse: always with three services of twelve sizes, mostly with up to
 * ten. Elsewhere connections are exchanged between pools as long as that is better.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION for a load that cannot be
 */
export function allocateFleet(model: FleetModel): FleetAllocation {
  const limits = new FleetLimits(model);
  const claims = poolClaims(model, limits);
  const doesNotFit = floorsBeyond(claims, limits);
  const groups = divide(claims);
  const whole = new Division(claims);
  for (const { claims: group, division } of groups) {
    for (const claim of group) whole.change(claim, division.sizeOf(claim) - claim.least);
  }
  const sized = claims.flatMap((claim) =>
    claim.pools.map((pool): SizedPool => {
      return { ...pool, claim, size: whole.sizeOf(claim), growth: whole.growthOf(claim, pool.pool.to) };
    }),
  );
  const unknown = sized.flatMap(unknownPool);
  return {
    pools: poolsOf(model, sized, limits),
    servers: serversOf(groups, whole, limits),
    ...(doesNotFit.length > 0 && { doesNotFit }),
    ...(unknown.length > 0 && { unknown }),
  };
}

/** In the order of the services. */
function poolsOf({ services }: FleetModel, sized: readonly SizedPool[], limits: FleetLimits): AllocatedPool[] {
  const settings = new SettingsByLoad();
  const byService = groupBy(sized, ({ service }) => service);
  return services.flatMap((service) => {
    const own = groupBy(byService.get(service) ?? [], ({ pool }) => pool.to);
    return [...new Set(service.pools.map(({ to }) => to))].flatMap((server) => {
      const there = limits.there(service, server);
      if (!there) return [];
      if (service.dividedTotal !== undefined) return dividedPool(server, there);
      const pools = own.get(server) ?? [];
      return pools.every(isKnown) ? allocatedPool(pools, there, settings) : [];
    });
  });
}

function serversOf(groups: readonly DividedGroup<Claim>[], whole: Division, { all }: FleetLimits): AllocatedServer[] {
  const open = groups.filter(({ isBest }) => !isBest).flatMap(({ claims }) => claims.flatMap(({ takes }) => takes));
  const unproved = new Set(open.map(({ limit }) => limit));
  return [...groupBy(all, ({ server }) => server)].map(([server, limits]) => {
    const own = limits.filter(({ role }) => role === undefined);
    const [usable = Infinity, worst] = [own[0]?.most, Math.max(0, ...own.map((limit) => whole.takenOf(limit)))];
    const isBest = !own.some((limit) => unproved.has(limit));
    return { server, worst, isBest, ...(usable < Infinity && { usable, left: usable - worst }) };
  });
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
