import type { EngineId } from '../base/engine.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DriverExcess, DriverFacts, DriverUse } from '../size/driver-facts.ts';
import type { DriverBehaviour } from './behaviour.ts';
import type { DriverProfile } from './driver.ts';
import { driverProfile } from './load.ts';

/** A driver's behaviour by its profile, and its minimum by default; `DriverUse` of `sizePool` but for what the user sets. */
export type KnownDriver = DriverFacts & Pick<DriverUse, 'name' | 'engine' | 'minIdle'>;

/**
 * What a driver of profiles/drivers/ does, for one engine: fact by fact its own, else that of the driver that it wraps for
 * this engine. Where the engine is left open and numbers differ with it, the largest. @throws PoolctlError PROFILE_UNKNOWN
 */
export async function behaviourOf(id: string, engine?: EngineId): Promise<KnownDriver> {
  const chain = await driverChain(id, engine);
  const only = chain.flatMap(({ engines }) => (engines?.length === 1 ? engines : []))[0];
  const known = engine ?? only;
  const facts = factsOf(mergedBehaviour(chain), known);
  return { name: id, ...facts, ...withoutUndefined({ engine: known, minIdle: minIdleOf(chain) }) };
}

/** The facts of a driver and those that it wraps, the outermost first, as its profile has them. */
export function mergedBehaviour(chain: readonly Pick<DriverProfile, 'behaviour'>[]): DriverBehaviour {
  const first = <Fact extends keyof DriverBehaviour>(fact: Fact): DriverBehaviour[Fact] =>
    chain.find(({ behaviour }) => behaviour?.[fact] !== undefined)?.behaviour?.[fact];
  const all = chain.flatMap(({ behaviour }, depth) => (behaviour?.exceeds ?? []).map((excess) => ({ excess, depth })));
  const isOwn = ({ excess: { by }, depth }: (typeof all)[number]) =>
    all.every((outer) => outer.excess.by !== by || outer.depth >= depth);
  const exceeds = all.filter(isOwn).map(({ excess }) => excess);
  return withoutUndefined({
    lends: first('lends'),
    opens: first('opens'),
    idles: first('idles'),
    ends: first('ends'),
    checkout: first('checkout'),
    exceeds: first('exceeds') && exceeds,
  });
}

/** A driver, the one that it wraps for this engine, and so on. */
export async function driverChain(id: string, engine: EngineId | undefined): Promise<readonly DriverProfile[]> {
  const profile = await driverProfile(id);
  const wrapped = await Promise.all(
    (profile.wraps ?? []).map(async (inner) => ({ inner, engines: (await driverProfile(inner)).engines })),
  );
  const fits = wrapped.find(({ engines }) => engine === undefined || !engines || engines.includes(engine));
  return fits ? [profile, ...(await driverChain(fits.inner, engine))] : [profile];
}

function factsOf(behaviour: DriverBehaviour, engine: EngineId | undefined): DriverFacts {
  const { lends, opens, idles, ends, checkout, exceeds } = behaviour;
  return withoutUndefined({
    lends: lends && {
      order: lends.order,
      source: lends.source,
      ...withoutUndefined({ sharesBusy: lends.sharesBusy, busyOrder: lends.busyOrder }),
    },
    opens: opens && {
      when: opens.when,
      atOnce: opens.atOnce,
      source: opens.source,
      ...withoutUndefined({
        refills: opens.refills,
        loginRoundTrips: tripsFor(opens.loginRoundTrips, engine),
        pauseMs: opens.pauseMs,
        retryPauseMs: opens.retryPauseMs,
        retryPauseLeastMs: opens.retryPauseLeastMs,
      }),
    },
    idles: idles && {
      keeps: idles.keeps,
      source: idles.source,
      ...withoutUndefined({ withIdleTimeout: idles.withIdleTimeout, mostIdle: idles.mostIdle?.usual }),
    },
    ends: ends && {
      held: ends.held,
      waiting: ends.waiting,
      source: ends.source,
      ...withoutUndefined({ forMs: ends.forMs }),
    },
    checkout: checkout && {
      roundTrips: tripsFor(checkout.roundTrips, engine) ?? 0,
      source: checkout.source,
      ...withoutUndefined({ transactionRoundTrips: tripsFor(checkout.transactionRoundTrips, engine) }),
    },
    exceeds: exceeds?.filter(isFor(engine)).map(
      ({ by, option, prevented, most, source }): DriverExcess => ({
        by,
        most,
        source,
        ...withoutUndefined({ option, prevented }),
      }),
    ),
  });
}

type Excess = NonNullable<DriverBehaviour['exceeds']>[number];

/** Whether a way of exceeding the limit is there with this engine; where none is known, the first that is told of each. */
function isFor(engine: EngineId | undefined) {
  return ({ engines, by }: Excess, index: number, all: readonly Excess[]): boolean =>
    engine === undefined
      ? all.findIndex((other) => other.by === by) === index
      : engines === undefined || engines.includes(engine);
}

type RoundTrips = NonNullable<DriverBehaviour['checkout']>['roundTrips'];

function tripsFor(trips: RoundTrips | undefined, engine: EngineId | undefined): number | undefined {
  if (trips === undefined || typeof trips === 'number') return trips;
  if (engine !== undefined) return trips[engine];
  const known = Object.values(trips).filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** `= connectionLimit` in a profile means as many as the limit. */
function minIdleOf(chain: readonly DriverProfile[]): DriverUse['minIdle'] {
  const usual = chain.find(({ options }) => options.minIdle !== undefined)?.options.minIdle?.default;
  if (typeof usual === 'number') return usual;
  return typeof usual === 'string' && usual.startsWith('=') ? 'limit' : undefined;
}
