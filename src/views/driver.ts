import { engineNames } from '../base/engine.ts';
import { formatCount, formatDuration, formatNumber } from '../base/units.ts';
import type { TableView } from '../render/view.ts';
import type { AfterOutage, DriverEffects, DriverFleet } from '../size/driver-effects.ts';
import type { Sized } from '../size/result.ts';

/** Without a fleet, of one pool. */
type Driver = DriverEffects & { readonly fleet?: DriverFleet };
type Beyond = Driver['sessions']['beyond'][number];

/** What the driver makes of the pool. */
export function driverTable(driver: Driver, pool: Pick<Sized, 'connectionLimit' | 'load'>, of = ''): TableView {
  return {
    title: `Driver${of}: ${driver.name}${driver.engine ? ` on ${engineNames[driver.engine]}` : ''}`,
    rows: [
      ...sessionRows(driver, pool.connectionLimit),
      ...openingRows(driver),
      ...idleRows(driver, pool.connectionLimit),
      ...checkoutRows(driver, pool.load),
      ...lendingRows(driver),
      ...endRows(driver),
    ],
    rightAligned: [1],
  };
}

function sessionRows({ sessions, fleet }: Driver, connectionLimit: number): string[][] {
  const { beyond, connections } = sessions;
  const counted = beyond.filter(({ isCounted, connections: more }) => isCounted && more !== 0);
  const rows = [
    [
      'most sessions on the server',
      sessions.isUnbounded ? 'no bound' : formatNumber(connections),
      counted.length > 0
        ? `of one pool: ${formatNumber(connectionLimit)}, and ${counted.map(ofSessions).join(', and ')}`
        : 'of one pool: its limit',
    ],
  ];
  rows.push(
    ...beyond
      .filter(({ isCounted }) => !isCounted)
      .map((one) => [
        '  and beyond it',
        one.connections === undefined ? 'no bound' : `+${formatNumber(one.connections)}`,
        ifSo(one),
      ]),
  );
  if (fleet && fleet.ending > 0) {
    rows.push(['  of ended instances', formatNumber(fleet.ending), 'in the whole roll-out, until they are given back']);
  }
  return rows;
}

const nouns: Readonly<Record<Beyond['by'], string>> = {
  'timed-out-query': 'queries that run on after a time limit of the client',
  cancel: 'cancels, each on a connection of its own',
  overflow: 'overflow',
  minimum: 'a minimum above the limit',
  forgotten: 'connections that the pool has forgotten',
  'own-connection': 'connections outside of the pool',
};

function ofSessions({ by, connections, option, prevented }: Beyond): string {
  const amount = connections === undefined ? 'any number' : formatNumber(connections);
  const why = option === undefined ? '' : ` (${option})`;
  return `${amount} of ${nouns[by]}${why}${prevented === undefined ? '' : `; ${prevented} prevents it`}`;
}

function ifSo({ by, option, prevented }: Beyond): string {
  const where = option === undefined ? '' : `, with ${option}`;
  return `${nouns[by]}${where}${prevented === undefined ? '' : `; ${prevented} prevents it`}`;
}

function openingRows({ opening }: Driver): string[][] {
  if (!opening) return [];
  const { when, atOnce, loginMs, loginRoundTrips, openMs, afterOutage } = opening;
  const how = atOnce === 'one' ? 'one after the other' : 'at once';
  const whens = {
    'as-needed': 'as requests need them',
    'first-query': 'at the first query',
    start: 'before any query',
  };
  const login = `a login takes ${formatDuration(loginMs)}, with ${formatCount(loginRoundTrips, 'round trip')}`;
  return [
    ['open after', formatDuration(openMs), `${how}, ${whens[when]}; ${login}`],
    ...(afterOutage ? [outageRow(afterOutage)] : []),
  ];
}

function outageRow({ atMostMs, meanMs }: AfterOutage): string[] {
  const mean = meanMs === undefined ? '' : `, of random length; ${formatDuration(meanMs)} on average after a long one`;
  return ['  after an outage', formatDuration(atMostMs), `at most: it pauses between attempts to log in${mean}`];
}

function idleRows({ idleAfterBurst }: Driver, connectionLimit: number): string[][] {
  if (idleAfterBurst === undefined) return [];
  const note =
    idleAfterBurst === connectionLimit
      ? 'stay open: as many as the burst opened'
      : 'stay open: what the load needs, and what is kept idle';
  return [['long after a burst', formatNumber(idleAfterBurst), note]];
}

function checkoutRows({ checkout }: Driver, load: Sized['load']): string[][] {
  if (!checkout) return [];
  const { roundTrips, addedMs, transactionRoundTrips } = checkout;
  const added = addedMs > 0 && load ? `, ${formatDuration(addedMs)} of each hold` : '';
  const transaction = `a transaction takes ${formatNumber(transactionRoundTrips)} more`;
  return [
    [
      'own round trips',
      formatNumber(roundTrips),
      `beside the query, while a connection is held${added}; ${transaction}`,
    ],
  ];
}

function lendingRows({ name, sharesBusy, fleet }: Driver): string[][] {
  if (!sharesBusy) return [];
  const which = sharesBusy === 'in-turn' ? 'the busy ones in turn' : 'the busy one with the fewest';
  const sized = ', as in the snippet; the waits above are of such a queue';
  const played = `simulate --driver ${name} plays`;
  const text = `on ${which}, unless a queue stands in front${fleet ? `${sized}, ${played} the others` : `; ${played} it`}`;
  return [['where none is idle', 'waits', text]];
}

function endRows({ end }: Driver): string[][] {
  if (!end) return [];
  const held = {
    waits: 'until connections in use are given back',
    closes: 'connections in use, with their open transactions',
    'waits-then-closes': 'for connections in use to be given back, then closes them',
  }[end.held];
  const waiting = {
    serves: 'serves requests that wait',
    refuses: 'refuses requests that wait',
    'never-answers': 'leaves requests that wait to their timeout',
  }[end.waiting];
  const answer = { waits: 'waits', closes: 'closes', 'waits-then-closes': formatDuration(end.forMs ?? 0) }[end.held];
  return [['when it is ended', answer, `${held}; ${waiting}`]];
}
