import { describe, expect, it } from 'vitest';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { Runs } from '../../../src/budget/model.ts';
import { scheduleProblem } from '../../../src/budget/times/cron.ts';
import { fleetModel, type ShortService } from '../../helpers/fleet.ts';

const hour = 3_600_000;

function every(cron: string, more: Partial<Extract<Runs, { kind: 'schedule' }>> = {}): Runs {
  return { kind: 'schedule', cron, overlaps: false, lastsMs: hour, ...more };
}

/** "60, daily at 03:00 UTC": the worst minute of services with 10 connections each, unless they say otherwise. */
function worstOf(services: Readonly<Record<string, ShortService>>): string {
  const own = Object.entries(services).map(([name, service]) => [name, { pool: 10, ...service }]);
  const { worstMinute } =
    judgeFleet(fleetModel({ servers: { pg: {} }, services: Object.fromEntries(own) })).servers[0] ?? {};
  const least = worstMinute?.isAtLeast ? 'at least ' : '';
  return `${least}${worstMinute?.connections}${worstMinute?.at === undefined ? '' : `, ${worstMinute.at}`}`;
}

describe('schedules', () => {
  it('are added only where they run at the same time', () => {
    expect(worstOf({ a: { runs: every('0 3 * * *') }, b: { runs: every('0 4 * * *') } })).toBe(
      '10, daily at 03:00 UTC',
    );
    expect(worstOf({ a: { runs: every('0 3 * * *') }, b: { runs: every('59 3 * * *') } })).toBe(
      '20, daily at 03:59 UTC',
    );
    expect(worstOf({ a: { runs: every('0 3 * * 1-5') }, b: { runs: every('30 3 * * 5,6') } })).toBe(
      '20, Fri at 03:30 UTC',
    );
    expect(worstOf({ a: { runs: every('0 3 * * MON-FRI') }, b: {} })).toBe('20, Mon to Fri at 03:00 UTC');
    expect(worstOf({ a: { runs: every('0 3 * * 0,3') } })).toBe('10, Wed and Sun at 03:00 UTC');
  });

  it('go on after midnight, and after the end of the week', () => {
    expect(worstOf({ a: { runs: every('30 23 * * *') }, b: { runs: every('0 0 * * *') } })).toBe(
      '20, daily at 00:00 UTC',
    );
    expect(worstOf({ a: { runs: every('0 22 * * 0', { lastsMs: 30 * hour }) }, b: { runs: every('0 3 * * 2') } })).toBe(
      '20, Tue at 03:00 UTC',
    );
  });

  it('overlap themselves where nothing forbids it', () => {
    const fifteen = { lastsMs: hour / 4 };
    expect(worstOf({ a: { runs: every('*/5 * * * *', { ...fifteen, overlaps: true }) } })).toBe('30');
    expect(worstOf({ a: { runs: every('*/5 * * * *', fifteen) } })).toBe('10');
    expect(worstOf({ a: { runs: every('*/5 * * * *', { lastsMs: hour / 4 + 1, overlaps: true }) } })).toBe(
      '40, daily at 00:00 UTC',
    );
  });

  it('whose runs may last any time run at any time, and may be more where they overlap', () => {
    const { lastsMs: _, ...open } = every('0 3 * * *') as Extract<Runs, { kind: 'schedule' }>;
    expect(worstOf({ a: { runs: open }, b: { runs: every('0 9 * * *') } })).toBe('20, daily at 09:00 UTC');
    expect(worstOf({ a: { runs: { ...open, overlaps: true } } })).toBe('at least 10');
  });

  it('of dates meet others on the weekdays and dates that they share', () => {
    expect(worstOf({ a: { runs: every('0 3 1 * *') }, b: { runs: every('0 3 15 * *') } })).toBe(
      '10, on Fri 2027-01-01 at 03:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('0 3 1 * *') }, b: { runs: every('0 3 * * MON') } })).toBe(
      '20, on Mon 2027-02-01 at 03:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('0 3 29 2 *') }, b: { runs: every('0 3 * * MON') } })).toBe(
      '20, on Mon 2044-02-29 at 03:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('30 23 31 12 *') }, b: { runs: every('0 0 1 1 *') } })).toBe(
      '20, on Sat 2028-01-01 at 00:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('0 3 30 2 *') }, b: {} })).toBe('10');
  });

  it('of both a day of the month and a weekday run on either', () => {
    const either = every('0 3 13 * FRI');
    expect(worstOf({ a: { runs: either }, b: { runs: every('0 3 * * TUE') } })).toBe(
      '20, on Tue 2027-04-13 at 03:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: either }, b: { runs: every('0 3 * * FRI') } })).toBe(
      '20, on Fri 2027-01-01 at 03:00 UTC, for example',
    );
  });

  it('of the last Friday or the second Monday are found', () => {
    expect(worstOf({ a: { runs: every('0 3 * * FRI#2') }, b: { runs: every('0 3 14 * *') } })).toBe(
      '20, on Fri 2027-05-14 at 03:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('0 3 * * FRI#2') }, b: { runs: every('0 3 15 * *') } })).toBe(
      '10, on Fri 2027-01-08 at 03:00 UTC, for example',
    );
  });

  it('of time zones meet as their clocks do in summer and winter', () => {
    const berlin = { timeZone: 'Europe/Berlin', lastsMs: 1_800_000 };
    const half = { lastsMs: 1_800_000 };
    expect(worstOf({ a: { runs: every('0 3 * * *', berlin) }, b: { runs: every('0 2 * * *', half) } })).toBe(
      '20, on Sat 2027-01-02 at 02:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('0 3 * * *', berlin) }, b: { runs: every('0 1 * * *', half) } })).toBe(
      '20, on Mon 2027-03-29 at 01:00 UTC, for example',
    );
    expect(worstOf({ a: { runs: every('0 3 * * *', berlin) }, b: { runs: every('0 0 * * *', half) } })).toBe(
      '10, daily at 00:00 UTC',
    );
    expect(worstOf({ a: { runs: every('0 3 * * *', berlin) }, b: { runs: every('0 3 * * *', berlin) } })).toBe(
      '20, daily at 03:00 Europe/Berlin',
    );
  });

  it('that cannot be read count at any time, and are named', () => {
    const model = fleetModel({ servers: { pg: {} }, services: { a: { pool: 10, runs: every('0 25 * * *') } } });
    expect(judgeFleet(model).findings.map(({ text }) => text)).toEqual([
      'a: when it runs is not known: "0 25 * * *" is no cron line of five fields: Invalid value for hour: 25.',
    ]);
    expect(worstOf({ a: { runs: every('0 25 * * *') } })).toBe('10');
    expect(worstOf({ a: { runs: every('nightly', { overlaps: true }) } })).toBe('at least 10');
    expect(scheduleProblem('0 3 * * *', 'Mars/Olympus')).toBe('"Mars/Olympus" is no time zone that Node.js knows');
    expect(scheduleProblem('0 3 * * *', 'Asia/Kolkata')).toBeUndefined();
  });
});

describe('windows', () => {
  const daytime = { days: [1, 2, 3, 4, 5], fromMinute: 540, toMinute: 1020 };

  it('keep a roll-out apart from what runs at night', () => {
    const nightly = { runs: every('0 3 * * *'), pool: 30 };
    expect(worstOf({ api: { surge: 1 }, nightly })).toBe('50, daily at 03:00 UTC');
    expect(worstOf({ api: { surge: 1, window: daytime }, nightly })).toBe('40, daily at 03:00 UTC');
    expect(worstOf({ api: { surge: 4, window: daytime, normal: 4 }, nightly })).toBe('80, Mon to Fri at 09:00 UTC');
  });

  it('may pass midnight', () => {
    const night = { days: [0], fromMinute: 23 * 60, toMinute: 120 };
    const at = (cron: string) => worstOf({ api: { surge: 1, window: night }, job: { runs: every(cron) } });
    expect(at('0 1 * * 1')).toBe('30, Mon at 01:00 UTC');
    expect(at('0 1 * * 0')).toBe('20, Sun at 01:00 UTC');
    expect(at('0 2 * * 1')).toBe('20, Sun at 23:00 UTC');
  });

  it('of one service bind its whole release', () => {
    const nightly = { runs: every('0 3 * * *'), pool: 30 };
    const api = { surge: 1, window: daytime, release: 'shop' };
    expect(worstOf({ api, web: { surge: 1, release: 'shop' }, nightly })).toBe('50, daily at 03:00 UTC');
  });

  it('that exclude each other are said, and count as open', () => {
    const night = { fromMinute: 0, toMinute: 120 };
    const services = {
      api: { pool: 10, surge: 1, window: daytime, release: 'shop' },
      web: { pool: 10, surge: 1, window: night, release: 'shop' },
    };
    expect(worstOf(services)).toBe('40');
    expect(judgeFleet(fleetModel({ servers: { pg: {} }, services })).findings.map(({ text }) => text)).toEqual([
      'shop: the windows of api and web are never open together, so that it counts as rolled out at any time.',
    ]);
  });
});

it('leaves for a roll-out what the fullest time for it leaves', () => {
  const at = (window?: ShortService['window']) =>
    judgeFleet(
      fleetModel({
        servers: { pg: {} },
        services: {
          api: { pool: 10, normal: 3, surge: 1, ...(window && { window }) },
          nightly: { pool: 40, runs: every('0 3 * * *') },
        },
      }),
    );
  expect(at().servers[0]?.largestRollout).toBe(97 - 30 - 40);
  expect(at().services[0]).toMatchObject({ share: 57, mostInstances: 4, largestSurge: 2 });
  const day = { fromMinute: 540, toMinute: 1020 };
  expect(at(day).servers[0]?.largestRollout).toBe(97 - 30);
  expect(at(day).services[0]).toMatchObject({ share: 97, mostInstances: 8, largestSurge: 3 });
});

it('counts runs that overlap beside a roll-out, and pods of a job that are replaced before the old ones end', () => {
  const at = (most: number, overlaps: boolean) =>
    judgeFleet(
      fleetModel({
        servers: { pg: { maxConnections: 200 } },
        services: {
          renderer: { pool: 4, most, surge: '25%', terminates: true },
          keda: { extras: { total: { triggers: 2 } } },
          refresh: { pool: 4, runs: every('*/5 * * * *', { lastsMs: 900_000, overlaps }) },
          backfill: { pool: 4, normal: 0, most: 6, terminates: true, isReplacedAnytime: true },
        },
      }),
    );
  const [before] = at(100, true).servers;
  const figures = [before?.normal, before?.scaledOut, before?.worstMinute, before?.withTerminating];
  expect(figures.map((moment) => moment?.connections)).toEqual([10, 438, 538, 862]);
  expect(at(100, true).services[0]).toMatchObject({ share: 159, largestPool: 1, mostInstances: 31 });
  expect(at(100, true).findings.map(({ id }) => id)).toEqual([
    'budget-exceeded',
    'hpa-over-replicas',
    'cronjob-overlap',
  ]);
  const [after] = at(20, false).servers;
  expect([after?.scaledOut.connections, after?.worstMinute.connections, after?.withTerminating.connections]).toEqual([
    110, 130, 214,
  ]);
  expect(at(20, false).services[0]).toMatchObject({ share: 167, largestPool: 6, mostInstances: 32 });
  expect(at(20, false).findings.map(({ id }) => id)).toEqual(['terminating-pods']);
});
