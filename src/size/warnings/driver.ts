import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { Insight } from './insight.ts';

export const sessionsBeyondBudget: Insight = ({ driver, budget }) => {
  if (!driver || !budget?.fits) return undefined;
  const { fleet, sessions, name } = driver;
  const { availableConnections } = budget;
  if (fleet.rollout <= availableConnections) return undefined;
  const prevented = sessions.beyond.flatMap(({ isCounted, prevented: by }) =>
    isCounted && by !== undefined ? [by] : [],
  );
  const ending = fleet.ending > 0 ? `, ${formatNumber(fleet.ending)} of them of instances that end` : '';
  return {
    code: 'SESSIONS_BEYOND_BUDGET',
    message: `By its limits the fleet fits, and ${name} may open more: ${formatCount(fleet.rollout, 'session')} at the worst minute${ending}, and the server has ${formatNumber(availableConnections)} for it.`,
    hint:
      prevented.length > 0
        ? `${prevented.join(' and ')} prevents it.`
        : 'Leave the server so much room, or take a smaller pool with --connection-limit.',
  };
};

export const sessionsWithoutBound: Insight = ({ driver }) => {
  const unbounded = driver?.sessions.beyond.find(
    ({ isCounted, connections }) => isCounted && connections === undefined,
  );
  if (!driver || !unbounded) return undefined;
  return {
    code: 'SESSIONS_BEYOND_BUDGET',
    message: `Nothing bounds the sessions that ${driver.name} opens beyond its limit${unbounded.option === undefined ? '' : ` with ${unbounded.option}`}: the number is without them.`,
    hint:
      unbounded.prevented === undefined
        ? 'Give its user a limit on the server, such as CONNECTION LIMIT or MAX_USER_CONNECTIONS.'
        : `${unbounded.prevented} prevents it.`,
  };
};

export const openingTakesLong: Insight = ({ driver, acquireTimeoutMs, connectionLimit }) => {
  const { opening } = driver ?? {};
  if (!driver || !opening || acquireTimeoutMs === 0 || opening.openMs <= acquireTimeoutMs) return undefined;
  return {
    code: 'OPENING_TAKES_LONG',
    message: `${driver.name} needs about ${formatDuration(opening.openMs)} to open ${formatCount(connectionLimit, 'connection')}${opening.atOnce === 'one' ? ', one after the other' : ''}; requests that wait for the last ones give up after ${formatDuration(acquireTimeoutMs)}.`,
    hint: 'Open the pool before an instance takes traffic, or let requests wait longer with --acquire-timeout.',
  };
};

/** Where a roll-out is planned: the pools of old instances are closed while they have work. */
export const endLosesWork: Insight = ({ driver, fleet: { withTerminating } }, { fleet = {} }) => {
  const isRolled = withTerminating !== undefined || (fleet.surgeInstances ?? fleet.surgeRatio ?? 0) > 0;
  if (!driver?.end || !isRolled) return undefined;
  const { held, waiting } = driver.end;
  if (held !== 'closes' && waiting !== 'never-answers') return undefined;
  const lost = [
    ...(held === 'closes' ? ['closes connections in use, with their open transactions'] : []),
    ...(waiting === 'never-answers' ? ['leaves requests that wait without an answer until their acquire timeout'] : []),
  ];
  return {
    code: 'POOL_END_LOSES_WORK',
    message: `A roll-out closes the pools of old instances: that of ${driver.name} ${lost.join(', and ')}.`,
    hint: 'On a signal to stop, take no new requests, let those that run finish, and close the pool then.',
  };
};
