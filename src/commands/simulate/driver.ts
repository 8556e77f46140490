import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { driverNamed, driverNames, noDriver } from '../../emit/driver-of.ts';
import { behaviourOf, type KnownDriver } from '../../profiles/behaviour-of.ts';
import { loginTime } from '../../profiles/login-time.ts';
import { driverEffects } from '../../size/driver-effects.ts';
import { onTheWire, type Workload } from '../../size/workload.ts';
import type { SimulatedDriver } from '../../views/simulate/outcome.ts';

/** A driver as the simulation plays it, and the load with its own round trips. */
export interface PlayedDriver extends SimulatedDriver {
  readonly workload: Workload;
}

/** @throws PoolctlError VALUE_INVALID where no driver has that name */
export async function playDriver(name: string, source: string, workload: Workload): Promise<PlayedDriver> {
  if (!driverNames().includes(name)) {
    throw noDriver(name, { from: source, or: source === '--vs' ? '; or a pool, as in 90/50/30s' : '' });
  }
  const { id, engine } = await driverNamed(name, undefined, undefined);
  const known = await behaviourOf(id, engine);
  const { lends, opens, checkout } = known;
  const { roundTripMs } = workload;
  const login = known.engine && (await loginTime(known.engine));
  const scene = { connectionLimit: 1, ...withoutUndefined({ roundTripMs }) };
  const connectMs =
    roundTripMs === undefined ? undefined : driverEffects({ ...known, ...login }, scene).opening?.loginMs;
  return {
    name,
    workload: onTheWire({ workload, driver: known }),
    ...withoutUndefined({
      version: versionOf(lends?.source ?? opens?.source),
      lending: lendingOf(known),
      opening: openingOf(known),
      connectMs,
      ownRoundTrips: roundTripMs ? checkout?.roundTrips : undefined,
    }),
  };
}

export function unknownDriver({ name, lending, opening }: SimulatedDriver): Warning[] {
  if (lending || opening) return [];
  return [
    {
      code: 'DRIVER_UNKNOWN',
      message: `How ${name} lends and opens connections is not known: its requests wait in one queue here.`,
      hint: 'docs/drivers.md has the drivers whose behaviour is known.',
    },
  ];
}

/** Which idle connection a request gets changes no wait; whether it may be put on a busy one does. */
function lendingOf({ lends }: KnownDriver): SimulatedDriver['lending'] {
  if (!lends?.sharesBusy) return lends && 'queue';
  if (lends.order === 'in-turn') return 'in-turn';
  return lends.busyOrder === 'fewest-requests' ? 'fewest-requests' : 'busy-in-turn';
}

/** One that opens its minimum at the start fills up only where that is its limit. */
function openingOf({ opens, minIdle }: KnownDriver): SimulatedDriver['opening'] {
  if (!opens) return undefined;
  const { when, atOnce } = opens;
  return { when: when === 'start' && minIdle !== 'limit' ? 'as-needed' : when, atOnce };
}

/** `postgres@3.4.9` of `postgres@3.4.9/src/index.js:329`, `bb8 @a1b2c3d` of `djc/bb8 @a1b2c3d bb8/src/api.rs`, `Bun 1.4.5`. */
function versionOf(source: string | undefined): string | undefined {
  return /^(?:[\w.-]+\/)?((?:@[\w.-]+\/)?[\w.-]+(?: ?@| v?(?=\d))[\w.-]+)/.exec(source ?? '')?.[1];
}
