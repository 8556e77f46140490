import type { EngineId } from '../base/engine.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DriverExcess, DriverFacts, DriverUse } from './driver-facts.ts';
import { longestRemainingMs } from './remaining-pause.ts';

/** The pool that a driver runs, as far as its behaviour depends on it. */
export interface DriverScene {
  /** 1 or more. */
  readonly connectionLimit: number;
  /** Of one round trip to the server, in ms; 0 by default. */
  readonly roundTripMs?: number;
  /** The time limit of a query, in ms; none by default. */
  readonly queryTimeoutMs?: number;
  /** Mean connections in use; where it is not known, requests are taken to come one at a time. */
  readonly inUse?: number;
}

/** What a driver makes of a pool's settings. Counts are of one pool. */
export interface DriverEffects {
  readonly name: string;
  readonly engine?: EngineId;
  readonly sessions: MostSessions;
  /** Until as many connections are open as the limit allows, after a deploy or an outage; left out where logins are not known. */
  readonly opening?: PoolOpening;
  /** Connections that stay open long after a burst; left out where it is not known. */
  readonly idleAfterBurst?: number;
  readonly checkout?: { readonly roundTrips: number; readonly addedMs: number; readonly transactionRoundTrips: number };
  /** Present where a request that finds none idle is put on a busy connection, and on which: waits are longer than those of one queue. */
  readonly sharesBusy?: 'fewest-requests' | 'in-turn';
  /** What closing the pool does. */
  readonly end?: Omit<NonNullable<DriverFacts['ends']>, 'source'>;
}

/** What the driver makes of the recommended pool, and of the fleet. */
export interface DriverAnswer extends DriverEffects {
  readonly fleet: DriverFleet;
}

/** The most sessions of all pools on the server. What has no bound is not in them. */
export interface DriverFleet {
  readonly normal: number;
  /** At the worst minute of a roll-out, with those of instances that end. */
  readonly rollout: number;
  /** Of these: connections in use that ended instances of a rolling deploy keep until they are given back. */
  readonly ending: number;
  /** Present when the server is known; negative when they do not fit. */
  readonly leftConnections?: number;
}

/** The most sessions of one pool on the server. */
export interface MostSessions {
  /** The limit, and all that is counted; what has no bound adds nothing to it. */
  readonly connections: number;
  /** Something that is in effect has no bound. */
  readonly isUnbounded?: true;
  /** The ways that no option which is set prevents. */
  readonly beyond: readonly BeyondLimit[];
}

/** One way of having more sessions than the limit. */
export interface BeyondLimit extends Omit<DriverExcess, 'most' | 'source'> {
  /** Sessions on top of the limit; left out where nothing bounds them. */
  readonly connections?: number;
  /** Whether it is in effect and known, and so part of the sum. */
  readonly isCounted: boolean;
}

/** How long opening a whole pool takes. */
export interface PoolOpening {
  readonly when: NonNullable<DriverFacts['opens']>['when'];
  readonly atOnce: NonNullable<DriverFacts['opens']>['atOnce'];
  /** One login: its round trips, and what server and client take. */
  readonly loginMs: number;
  readonly loginRoundTrips: number;
  /** All of them: one after the other, or at once, where they share processors. */
  readonly openMs: number;
  /** Where the driver pauses between attempts, though the server is there again. */
  readonly afterOutage?: AfterOutage;
}

/** Until all are open after an outage in which requests came. */
export interface AfterOutage {
  /** A bound, no prediction: shorter outages, and those with fewer requests, take less. */
  readonly atMostMs: number;
  /** Where the pauses are random: the expected time after an outage of several of the longest ones, with requests all the time. */
  readonly meanMs?: number;
}

/** What the driver does with a pool of these settings; nothing of it is below the limit, and nothing is guessed. */
export function driverEffects(driver: DriverUse, scene: DriverScene): DriverEffects {
  const { name, engine, lends, ends, checkout } = driver;
  const { roundTripMs = 0 } = scene;
  return {
    name,
    sessions: mostSessions(driver, scene),
    ...withoutUndefined({
      engine,
      opening: opening(driver, scene),
      idleAfterBurst: idleAfterBurst(driver, scene),
      checkout: checkout && {
        roundTrips: checkout.roundTrips,
        addedMs: checkout.roundTrips * roundTripMs,
        transactionRoundTrips: checkout.transactionRoundTrips ?? 2,
      },
      sharesBusy: lends?.sharesBusy ? (lends.busyOrder ?? 'in-turn') : undefined,
      end: ends && endOf(ends),
    }),
  };
}

function endOf({ source: _, ...end }: NonNullable<DriverFacts['ends']>): NonNullable<DriverEffects['end']> {
  return end;
}

function mostSessions(driver: DriverUse, scene: DriverScene): MostSessions {
  const { exceeds = [], optionsSet = [] } = driver;
  const beyond = exceeds
    .filter(({ prevented, most }) => most !== 0 && !(prevented !== undefined && optionsSet.includes(prevented)))
    .map((excess) => beyondLimit(excess, driver, scene));
  const counted = beyond.filter(({ isCounted }) => isCounted);
  return {
    connections: counted.reduce((sum, { connections = 0 }) => sum + connections, scene.connectionLimit),
    ...(counted.some(({ connections }) => connections === undefined) && { isUnbounded: true as const }),
    beyond,
  };
}

function beyondLimit(excess: DriverExcess, driver: DriverUse, scene: DriverScene): BeyondLimit {
  const { by, option, prevented, most } = excess;
  const told = { by, ...withoutUndefined({ option, prevented }) };
  const { optionsSet } = driver;
  const { connectionLimit } = scene;
  const isSet = option !== undefined && optionsSet?.includes(option) === true;
  const bound = most === 'unbounded' ? undefined : most === 'limit' ? connectionLimit : most;
  if (by === 'timed-out-query') {
    const left = leftRunning(driver, scene);
    const connections = left === undefined ? bound : Math.min(left, bound ?? left);
    // Where it is not known what is set, a time limit of queries is taken for that of the client.
    const limits = option === undefined || optionsSet === undefined || isSet;
    return { ...told, ...withoutUndefined({ connections }), isCounted: left !== undefined && limits };
  }
  if (by === 'minimum') {
    const connections = Math.max(0, leastOpen(driver, connectionLimit) - connectionLimit);
    return { ...told, connections, isCounted: true };
  }
  return { ...told, ...withoutUndefined({ connections: bound }), isCounted: option === undefined || isSet };
}

/**
 * Sessions that run on after their caller's time limit T, while queries take S: each place of the pool logs in again after T
 * and leaves a session behind for S, so that (S + login) / (T + login) of them are open at a time (Little's law).
 */
function leftRunning(driver: DriverUse, scene: DriverScene): number | undefined {
  const { queryTimeoutMs, connectionLimit } = scene;
  const { slowQueryMs } = driver;
  if (slowQueryMs === undefined || queryTimeoutMs === undefined || queryTimeoutMs <= 0) return undefined;
  const loginMs = login(driver, scene)?.loginMs ?? 0;
  const openAtATime = Math.max(1, Math.ceil((slowQueryMs + loginMs) / (queryTimeoutMs + loginMs)));
  return connectionLimit * (openAtATime - 1);
}

function login({ opens, serverLoginMs = 0 }: DriverUse, { roundTripMs = 0 }: DriverScene) {
  if (opens?.loginRoundTrips === undefined) return undefined;
  return { loginRoundTrips: opens.loginRoundTrips, loginMs: opens.loginRoundTrips * roundTripMs + serverLoginMs };
}

function opening(driver: DriverUse, scene: DriverScene): PoolOpening | undefined {
  const one = login(driver, scene);
  if (!driver.opens || !one) return undefined;
  const { atOnce, pauseMs = 0 } = driver.opens;
  const { connectionLimit: logins } = scene;
  // One that opens a smaller minimum at the start opens the others as requests need them.
  const opensLess = driver.opens.when === 'start' && typeof driver.minIdle === 'number' && driver.minIdle < logins;
  const when = opensLess ? 'as-needed' : driver.opens.when;
  const furtherMs = atOnce === 'one' ? one.loginMs + pauseMs : (driver.furtherLoginMs ?? 0);
  const openMs = one.loginMs + (logins - 1) * furtherMs;
  return {
    when,
    atOnce,
    ...one,
    openMs,
    ...withoutUndefined({ afterOutage: afterOutage(driver.opens, logins, openMs) }),
  };
}

function afterOutage(
  { atOnce, retryPauseMs, retryPauseLeastMs }: NonNullable<DriverFacts['opens']>,
  logins: number,
  openMs: number,
): AfterOutage | undefined {
  if (!retryPauseMs) return undefined;
  const atMostMs = retryPauseMs + openMs;
  if (retryPauseLeastMs === undefined) return { atMostMs };
  const pauses = atOnce === 'one' ? 1 : logins;
  return { atMostMs, meanMs: longestRemainingMs(retryPauseLeastMs, retryPauseMs, pauses) + openMs };
}

function leastOpen({ minIdle = 0 }: DriverUse, connectionLimit: number): number {
  return minIdle === 'limit' ? connectionLimit : minIdle;
}

function idleAfterBurst(driver: DriverUse, { connectionLimit, inUse = 1 }: DriverScene): number | undefined {
  const { idles, setsIdleTimeout } = driver;
  if (!idles) return undefined;
  const keeps = (setsIdleTimeout ? idles.withIdleTimeout : undefined) ?? idles.keeps;
  const used = Math.min(connectionLimit, Math.ceil(inUse));
  if (keeps === 'all') return Math.min(connectionLimit, used + (idles.mostIdle ?? connectionLimit));
  return keeps === 'none' ? used : Math.min(connectionLimit, Math.max(used, leastOpen(driver, connectionLimit)));
}
