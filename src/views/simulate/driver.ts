import { formatCount, formatDuration } from '../../base/units.ts';
import type { SimulatedDriver, SimulationOutcome } from './outcome.ts';

const lendings: Record<NonNullable<SimulatedDriver['lending']>, string> = {
  queue: 'has one queue: the connection that is free first takes the next request',
  'in-turn': 'puts each request on the next connection in turn, busy or not, where it stays though others are idle',
  'fewest-requests':
    'puts each request on the connection with the fewest, where it stays though another one is free sooner',
  'busy-in-turn':
    'puts a request that finds none idle on the busy ones in turn, where it stays though another one is free sooner',
};

/** What each driver does that was played, by the version in which it was seen. */
export function driverTexts({ pools, connectMs }: SimulationOutcome): string[] {
  const drivers = new Map(
    pools.flatMap(({ driver, settings }) => (driver ? [[driver.name, { driver, settings }]] : [])),
  );
  return [...drivers.values()].flatMap(({ driver, settings }) => {
    const { name, version, lending, opening, ownRoundTrips = 0 } = driver;
    const does = [
      ...(lending ? [lendings[lending]] : []),
      ...(connectMs !== undefined && opening
        ? openingTexts(opening, settings.connections, driver.connectMs ?? connectMs)
        : []),
      ...(ownRoundTrips > 0 ? [`holds a connection for ${formatCount(ownRoundTrips, 'round trip')} of its own`] : []),
    ];
    const by = version === undefined || version === name ? '' : ` (${version})`;
    return does.length > 0 ? [`${name}${by} ${does.join('; it ')}.`] : [];
  });
}

function openingTexts(
  { when, atOnce }: NonNullable<SimulatedDriver['opening']>,
  connections: number,
  connectMs = 0,
): string[] {
  const each = formatDuration(connectMs);
  if (atOnce === 'one') {
    const asked = when === 'as-needed' ? '' : ' without being asked';
    return [
      `opens connections one at a time${asked}, ${each} each, so ${connections} take ${formatDuration(connections * connectMs)}`,
    ];
  }
  if (when === 'as-needed') return [`opens a connection for each request that finds none idle, ${each} each`];
  return [`opens all connections ${when === 'start' ? 'at the start' : 'at its first query'}, in ${each}`];
}
