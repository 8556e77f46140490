import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import { fleetModel } from '../../helpers/fleet.ts';
import '../../helpers/fuzz-seed.ts';

const [first, end] = [Date.UTC(2027, 0, 1), Date.UTC(2055, 0, 1)];
const never = Number.POSITIVE_INFINITY;
const kept = new Map<string, readonly number[]>();

/** When croner starts runs in 28 years, which have every date on every weekday. */
function startsOf(cron: string, timezone: string): readonly number[] {
  const key = `${cron} ${timezone}`;
  const known = kept.get(key);
  if (known) return known;
  const job = new Cron(cron, { timezone });
  const starts: number[] = [];
  for (let next = job.nextRun(new Date(first)); next && next.getTime() < end; next = job.nextRun(next)) {
    starts.push(next.getTime());
  }
  kept.set(key, starts);
  return starts;
}

interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
  readonly lastsMs: number;
}

function everMeet(a: Schedule, b: Schedule): boolean {
  const others = startsOf(b.cron, b.timeZone);
  let at = 0;
  return startsOf(a.cron, a.timeZone).some((start) => {
    while ((others[at] ?? never) + b.lastsMs <= start) at++;
    return (others[at] ?? never) < start + a.lastsMs;
  });
}

// Clocks change at night and in the early morning, UTC: that night is not looked at.
const schedules = fc.record({
  cron: fc.constantFrom('0 10 1 * *', '30 14 15 3,9 *', '0 15 * 6 MON', '15 9 29 2 *', '0 11 L * *', '0 10 * * FRI#2'),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
  lastsMs: fc.constantFrom(3_600_000, 7_200_000, 30 * 3_600_000),
});

it('adds two schedules of dates exactly where croner starts them so that they meet, in whichever time zones', () => {
  fc.assert(
    fc.property(schedules, schedules, (a, b) => {
      const services = [a, b].map((one, index): [string, object] => [
        `job-${index}`,
        { pool: 10, runs: { kind: 'schedule', overlaps: false, ...one } },
      ]);
      const model = fleetModel({ servers: { pg: {} }, services: Object.fromEntries(services) });
      expect(judgeFleet(model).servers[0]?.worstMinute.connections).toBe(everMeet(a, b) ? 20 : 10);
    }),
    { numRuns: 25 },
  );
});
