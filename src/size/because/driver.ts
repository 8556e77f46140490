import type { DriverEffects } from '../driver-effects.ts';
import type { DriverUse } from '../driver-facts.ts';
import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';
import type { SourceFinder } from '../sources.ts';
import { type Quantity, quantity, type Step } from '../steps.ts';

const ofProfile = 'the profile of the driver';
const leftBehind =
  "Little's law: each place leaves a session behind in every time limit, for as long as the query takes";

/** Steps to what the driver makes of the recommended pool. */
export function driverSteps(
  { driver: use }: SizeInput,
  { driver, connectionLimit }: Found,
  from: SourceFinder,
): Step[] {
  return use && driver ? stepsOfDriver(use, driver, connectionLimit, from('workload.roundTripMs')) : [];
}

/** Steps to what a driver makes of a pool: sessions, and the time that opening it takes. */
export function stepsOfDriver(
  use: DriverUse,
  driver: DriverEffects,
  connectionLimit: number,
  roundTripFrom: string,
): Step[] {
  const limit = quantity('connectionLimit', connectionLimit, 'connections');
  const beyond = driver.sessions.beyond.flatMap(({ by, connections, isCounted }): Quantity[] => {
    const { source } = use.exceeds?.find((excess) => excess.by === by) ?? {};
    return isCounted && connections !== undefined ? [quantity(inWords[by], connections, 'connections', source)] : [];
  });
  const { opening } = driver;
  const hasLeft = driver.sessions.beyond.some(({ by, isCounted }) => isCounted && by === 'timed-out-query');
  return [
    {
      label: 'most sessions of one pool',
      formula: sessionsFormula(driver.sessions),
      inputs: [limit, ...beyond],
      result: quantity('sessions', driver.sessions.connections, 'connections'),
      source: hasLeft ? leftBehind : ofProfile,
    },
    ...(opening ? [openingStep(use, opening, limit, roundTripFrom)] : []),
  ];
}

function sessionsFormula({ beyond, isUnbounded }: DriverEffects['sessions']): string {
  if (isUnbounded) return 'connectionLimit + what goes beyond it, without what has no bound';
  const isMore = beyond.some(({ isCounted, connections = 0 }) => isCounted && connections > 0);
  return isMore ? 'connectionLimit + what goes beyond it' : 'connectionLimit: nothing that is in effect goes beyond it';
}

/** What the sessions beyond the limit are of. */
const inWords = {
  'timed-out-query': 'queries that run on after their time limit',
  cancel: 'cancels on connections of their own',
  overflow: 'overflow',
  minimum: 'a minimum above the limit',
  forgotten: 'connections that the pool has forgotten',
  'own-connection': 'connections outside of the pool',
} as const satisfies Readonly<Record<NonNullable<DriverUse['exceeds']>[number]['by'], string>>;

function openingStep(
  { opens, serverLoginMs = 0, furtherLoginMs = 0, loginSource }: DriverUse,
  opening: NonNullable<DriverEffects['opening']>,
  limit: Quantity,
  roundTripFrom: string,
): Step {
  const isOne = opening.atOnce === 'one';
  const pauseMs = isOne ? (opens?.pauseMs ?? 0) : 0;
  const roundTripMs = (opening.loginMs - serverLoginMs) / Math.max(1, opening.loginRoundTrips);
  return {
    label: 'until the whole pool is open',
    formula: isOne
      ? `connectionLimit × (round trips × round trip + work of a login)${pauseMs > 0 ? ' + (connectionLimit − 1) × pause' : ''}`
      : 'round trips × round trip + work of a login + (connectionLimit − 1) × work of a further one',
    inputs: [
      limit,
      quantity('round trips of a login', opening.loginRoundTrips, 'roundTrips', opens?.source),
      quantity('round trip', roundTripMs, 'ms', roundTripFrom),
      quantity('work of a login', serverLoginMs, 'ms', loginSource),
      ...(pauseMs > 0 ? [quantity('pause after each', pauseMs, 'ms', opens?.source)] : []),
      ...(isOne ? [] : [quantity('work of a further one at once', furtherLoginMs, 'ms', loginSource)]),
    ],
    result: quantity('open after', opening.openMs, 'ms'),
    source: isOne ? 'the driver opens one connection at a time' : 'the driver opens its connections at once',
  };
}
