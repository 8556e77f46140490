import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServerAnswer } from '../../../src/budget/answer.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { BudgetService, ExtraConnections, FleetModel, RolloutWindow } from '../../../src/budget/model.ts';
import { fleetModel, known, type ShortService } from '../../helpers/fleet.ts';
import '../../helpers/fuzz-seed.ts';

/** The week from Monday 2027-01-04, minute by minute. */
const monday = Date.UTC(2027, 0, 4);
const minutes = 7 * 24 * 60;

const kept = new Map<string, readonly number[]>();

/** Minutes of the week, and of two days before it, at which croner starts a run. */
function startsOf(cron: string): readonly number[] {
  const known = kept.get(cron);
  if (known) return known;
  const job = new Cron(cron, { utcOffset: 0 });
  const starts: number[] = [];
  let next = job.nextRun(new Date(monday - 2 * 86_400_000));
  while (next && next.getTime() < monday + minutes * 60_000) {
    starts.push((next.getTime() - monday) / 60_000);
    next = job.nextRun(next);
  }
  kept.set(cron, starts);
  return starts;
}

const keptRuns = new Map<string, readonly number[]>();

/** The runs of a schedule in each minute of the week. */
function runsByMinute({ runs }: BudgetService): readonly number[] {
  if (runs.kind !== 'schedule') return [];
  const id = JSON.stringify(runs);
  const before = keptRuns.get(id);
  if (before) return before;
  const { cron, lastsMs = 0, overlaps } = runs;
  const counts = new Array<number>(minutes).fill(0);
  for (const start of startsOf(cron)) {
    const end = Math.min(minutes, start + lastsMs / 60_000);
    for (let minute = Math.max(0, start); minute < end; minute++) {
      counts[minute] = overlaps ? (counts[minute] ?? 0) + 1 : 1;
    }
  }
  keptRuns.set(id, counts);
  return counts;
}

function isOpen(window: RolloutWindow | undefined, minute: number): boolean {
  if (!window) return true;
  const [day, ofDay] = [(Math.floor(minute / 1440) + 1) % 7, minute % 1440];
  const { days = [0, 1, 2, 3, 4, 5, 6], fromMinute, toMinute } = window;
  if (fromMinute < toMinute) return days.includes(day) && ofDay >= fromMinute && ofDay < toMinute;
  const [isEvening, isMorning] = [ofDay >= fromMinute, ofDay < toMinute];
  return (isEvening && days.includes(day)) || (isMorning && days.includes((day + 6) % 7));
}

/** Whether a release may roll out in each minute; empty where no window binds it, or where its windows exclude each other. */
function openByMinute(release: readonly BudgetService[]): readonly number[] {
  if (release.every(({ window }) => window === undefined)) return [];
  const open = Array.from({ length: minutes }, (_, minute) =>
    release.every(({ window }) => isOpen(window, minute)) ? 1 : 0,
  );
  return open.includes(1) ? open : [];
}

/** How many instances are old, starting, or new and ready. */
interface Playing {
  readonly old: number;
  readonly starting: number;
  readonly fresh: number;
  /** Old ones that were stopped, and keep their pools until the roll-out is over. */
  readonly ending: number;
}

const played = new Map<string, readonly Playing[]>();

/** Every state that a roll-out can be in: it starts and stops in any order that its limits allow. */
function playRollout(instances: number, { surge, replacedAtOnce }: BudgetService): readonly Playing[] {
  const id = JSON.stringify([instances, surge, replacedAtOnce]);
  const before = played.get(id);
  if (before) return before;
  const share = (one: typeof surge) => {
    if (one.kind === 'count') return one.count;
    if (one.kind === 'unknown') return 0;
    const exact = (instances * one.percent) / 100;
    return one.rounds === 'up' ? Math.ceil(exact) : Math.floor(exact);
  };
  const more = share(surge);
  const fewer = replacedAtOnce ? share(replacedAtOnce) : 0;
  const least = Math.max(0, instances - (more + fewer === 0 ? 1 : fewer));
  const reached = new Map<string, Playing>();
  const left: Playing[] = [{ old: instances, starting: 0, fresh: 0, ending: 0 }];
  for (let state = left.pop(); state; state = left.pop()) {
    const key = `${state.old} ${state.starting} ${state.fresh}`;
    if (reached.has(key)) continue;
    reached.set(key, state);
    const { old, starting, fresh, ending } = state;
    const mayStart = starting + fresh < instances && old + starting + fresh < instances + more;
    if (mayStart) left.push({ ...state, starting: starting + 1 });
    if (old > 0 && old + fresh > least) left.push({ ...state, old: old - 1, ending: ending + 1 });
    if (starting > 0) left.push({ ...state, starting: starting - 1, fresh: fresh + 1 });
  }
  const states = [...reached.values()];
  played.set(id, states);
  return states;
}

/** What a service takes of its server in a state of its roll-out. */
function taken(service: BudgetService, { old, starting, fresh, ending }: Playing, keepsEnding: boolean): number {
  const pool = service.pools.reduce((sum, { size }) => sum + (size.kind === 'known' ? size.value : 0), 0);
  const processes = service.processes.kind === 'known' ? service.processes.value : 0;
  const live = old + starting + fresh + (keepsEnding && service.terminates ? ending : 0);
  const isAny = old + starting + fresh > 0;
  const each = pool * processes + extrasOf(service, 'instance');
  return live * each + starting * extrasOf(service, 'new instance') + (isAny ? extrasOf(service, 'service') : 0);
}

function extrasOf({ extras }: BudgetService, per: ExtraConnections['per']): number {
  return extras.reduce((sum, one) => (one.per === per ? sum + one.connections : sum), 0);
}

const still = (instances: number): Playing => ({ old: instances, starting: 0, fresh: 0, ending: 0 });

function most({ instances }: BudgetService, which: 'normal' | 'most'): number {
  const count = instances[which];
  return count.kind === 'known' ? count.value : 0;
}

/** What the roll-out of a service adds at most to its instances that run. */
function addedByPlay(service: BudgetService, keepsEnding: boolean): number {
  const rollout = extrasOf(service, 'rollout');
  const count = most(service, 'most');
  if (service.runs.kind === 'rollout') {
    return taken(service, { old: 0, starting: count, fresh: 0, ending: 0 }, false) + rollout;
  }
  const before = taken(service, still(count), keepsEnding);
  const peak = Math.max(...playRollout(count, service).map((state) => taken(service, state, keepsEnding)));
  return peak - before + rollout;
}

function subsets<Value>(values: readonly Value[], size: number): Value[][] {
  if (values.length === 0 || size === 0) return [[]];
  const [first, ...rest] = values as [Value, ...Value[]];
  return [...subsets(rest, size), ...subsets(rest, size - 1).map((one) => [first, ...one])];
}

/** Another minute of the week than the one before it, with the releases that may roll out then. */
interface PlayedMinute {
  /** What a service takes that rolls out at no time. */
  running(service: BudgetService, which: 'normal' | 'most'): number;
  readonly choices: readonly (readonly BudgetService[][])[];
  runsOf(service: BudgetService): number;
}

/** Plays every minute of the week, and in each every choice of releases that may roll out. */
function playWeek({ services, rolloutsAtOnce }: FleetModel): PlayedMinute[] {
  const atOnce = rolloutsAtOnce === 'all' ? services.length : rolloutsAtOnce;
  const runs = new Map(services.map((service) => [service, runsByMinute(service)]));
  const rolling = services.filter((service) => service.runs.kind !== 'schedule');
  const names = [...new Set(rolling.map(({ release, name }) => release ?? name))];
  const releases = names.map((name) => rolling.filter((service) => (service.release ?? service.name) === name));
  const open = releases.map(openByMinute);
  const columns = [...runs.values(), ...open].filter((column) => column.length > 0);
  const choices = subsets(releases, atOnce);
  return Array.from({ length: minutes }, (_, minute) => minute)
    .filter((minute) => minute === 0 || columns.some((column) => column[minute] !== column[minute - 1]))
    .map((minute) => {
      const runsOf = (service: BudgetService) => runs.get(service)?.[minute] ?? 1;
      const isOpenNow = (own: BudgetService[]) => open[releases.indexOf(own)]?.[minute] !== 0;
      const running = (service: BudgetService, which: 'normal' | 'most') => {
        const count = which === 'normal' ? Math.min(1, runsOf(service)) : runsOf(service);
        const one = taken(service, still(most(service, which)), false);
        // What it has in all is there once, however many of its runs are under way.
        const inAll = one > 0 ? extrasOf(service, 'service') : 0;
        return service.runs.kind === 'rollout' || count === 0 ? 0 : inAll + (one - inAll) * count;
      };
      return { running, runsOf, choices: choices.filter((chosen) => chosen.every(isOpenNow)) };
    });
}

function sumOf<Value>(values: readonly Value[], by: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + by(value), 0);
}

/** The fullest minute of each kind. */
function peaksByPlay(model: FleetModel) {
  const { services } = model;
  const keepsEnding = model.servers[0]?.countsTerminating === true;
  const added = new Map(services.map((one) => [one, addedByPlay(one, keepsEnding)]));
  const ending = new Map(services.map((one) => [one, addedByPlay(one, true)]));
  const peak = { normal: 0, scaledOut: 0, worst: 0, ending: 0 };
  for (const { running, choices } of playWeek(model)) {
    const scaledOut = sumOf(services, (one) => running(one, 'most'));
    const most = (by: ReadonlyMap<BudgetService, number>) =>
      Math.max(...choices.map((chosen) => sumOf(chosen.flat(), (one) => by.get(one) ?? 0)));
    peak.normal = Math.max(
      peak.normal,
      sumOf(services, (one) => running(one, 'normal')),
    );
    peak.scaledOut = Math.max(peak.scaledOut, scaledOut);
    peak.worst = Math.max(peak.worst, scaledOut + most(added));
    peak.ending = Math.max(peak.ending, scaledOut + most(ending));
  }
  return peak;
}

/** The most that the others take in a minute in which the service rolls out, or in which it runs if it is of a schedule. */
function othersByPlay(model: FleetModel, service: BudgetService): number {
  const keepsEnding = model.servers[0]?.countsTerminating === true;
  const others = model.services.filter((one) => one !== service);
  const isScheduled = service.runs.kind === 'schedule';
  const added = new Map(others.map((one) => [one, addedByPlay(one, keepsEnding)]));
  return Math.max(
    0,
    ...playWeek(model).flatMap(({ running, runsOf, choices }) => {
      if (isScheduled && runsOf(service) === 0) return [];
      const fitting = choices.filter((chosen) => isScheduled || chosen.flat().includes(service));
      const beside = sumOf(others, (one) => running(one, 'most'));
      return fitting.map((chosen) => beside + sumOf(chosen.flat(), (one) => added.get(one) ?? 0));
    }),
  );
}

/** What the service takes in its own worst minute, with other numbers of its own. */
function worstByPlay(model: FleetModel, service: BudgetService, change: { pool?: number; most?: number }): number {
  const changed: BudgetService = {
    ...service,
    instances: { ...service.instances, ...(change.most !== undefined && { most: known(change.most) }) },
    pools: service.pools.map((pool) => ({ ...pool, ...(change.pool !== undefined && { size: known(change.pool) }) })),
  };
  const keepsEnding = model.servers[0]?.countsTerminating === true;
  const runs = changed.runs.kind === 'schedule' ? Math.max(...runsByMinute(changed)) : 1;
  const one = taken(changed, still(most(changed, 'most')), false);
  const inAll = one > 0 ? extrasOf(changed, 'service') : 0;
  const running = changed.runs.kind === 'rollout' || runs === 0 ? 0 : inAll + (one - inAll) * runs;
  return running + (changed.runs.kind === 'schedule' ? 0 : addedByPlay(changed, keepsEnding));
}

/** The greatest number from 0 on that fits, by trying each. */
function lastThatFits(fits: (value: number) => boolean): number {
  let last = -1;
  for (let value = 0; value <= 25; value++) if (fits(value)) last = value;
  return last;
}

const small = fc.integer({ min: 0, max: 3 });
const surges = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom<`${number}%`>('25%', '50%', '100%', '1%'),
  fc.constantFrom<`${number}% down`>('100% down', '50% down', '30% down'),
);
const lasting = fc.constantFrom(1, 25, 60, 180, 1500);
const crons = fc.constantFrom(
  ...[
    '*/20 * * * *',
    '0 3 * * *',
    '30 3 * * 1-5',
    '0 */6 * * *',
    '59 23 * * 6',
    '0 0 * * MON',
    '15,45 2-4 * * *',
    '0 4 * * 3,5',
  ],
);
const schedules: fc.Arbitrary<Partial<ShortService>> = fc
  .record({ cron: crons, lasts: lasting, overlaps: fc.boolean() })
  .map(({ cron, lasts, overlaps }) => ({ runs: { kind: 'schedule', cron, lastsMs: lasts * 60_000, overlaps } }));
const windows = fc.record(
  {
    days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
    fromMinute: fc.constantFrom(0, 180, 540, 1380),
    toMinute: fc.constantFrom(60, 200, 720, 1439),
  },
  { requiredKeys: ['fromMinute', 'toMinute'] },
);
const rolled: fc.Arbitrary<Partial<ShortService>> = fc.record(
  {
    surge: surges,
    replacedAtOnce: fc.constantFrom(
      { kind: 'count', count: 1 } as const,
      { kind: 'percent', percent: 25, rounds: 'down' } as const,
    ),
    window: windows,
    terminates: fc.boolean(),
  },
  { requiredKeys: ['surge', 'terminates'] },
);
const services = fc.record({
  pool: small,
  normal: small,
  above: fc.integer({ min: 0, max: 8 }),
  processes: fc.integer({ min: 1, max: 3 }),
  release: fc.constantFrom(undefined, 'x', 'y'),
  extras: fc.record({ instance: small, fresh: small, total: small, rollout: small }),
  kind: fc.oneof(
    { weight: 3, arbitrary: rolled },
    { weight: 2, arbitrary: schedules },
    { weight: 1, arbitrary: fc.constant<Partial<ShortService>>({ runs: { kind: 'rollout' } }) },
  ),
});

const fleets = fc
  .record({
    services: fc.array(services, { minLength: 1, maxLength: 5 }),
    rolloutsAtOnce: fc.constantFrom<FleetModel['rolloutsAtOnce']>(1, 2, 'all'),
    countsTerminating: fc.boolean(),
  })
  .map(({ services: own, rolloutsAtOnce, countsTerminating }) =>
    fleetModel({
      rolloutsAtOnce,
      servers: { pg: { countsTerminating, maxConnections: 27 } },
      services: Object.fromEntries(
        own.map(({ pool, normal, above, processes, release, extras, kind }, index): [string, ShortService] => {
          const isRolled = kind.surge !== undefined;
          return [
            `s${index}`,
            {
              ...{ pool, normal, most: normal + above, processes, ...kind },
              ...(release !== undefined && kind.runs?.kind !== 'schedule' && { release }),
              extras: {
                perInstance: { health: extras.instance },
                total: { leader: extras.total },
                ...(kind.runs?.kind !== 'schedule' && { rollout: { migration: extras.rollout } }),
                ...(isRolled && { perNewInstance: { check: extras.fresh } }),
              },
            },
          ];
        }),
      ),
    }),
  );

function peaksOf({ normal, scaledOut, worstMinute, withTerminating }: ServerAnswer) {
  return {
    normal: normal.connections,
    scaledOut: scaledOut.connections,
    worst: worstMinute.connections,
    ending: withTerminating.connections,
  };
}

it('is exactly what is open when every minute of the week and every roll-out is played', () => {
  fc.assert(
    fc.property(fleets, (model) => {
      const [server] = judgeFleet(model).servers;
      expect(server && peaksOf(server)).toEqual(peaksByPlay(model));
    }),
    { numRuns: 60 },
  );
});

it('leaves each service what the others leave it, and names the largest pool and the most instances that fit there', () => {
  fc.assert(
    fc.property(fleets, fc.nat(), (model, pick) => {
      const service = model.services[pick % model.services.length];
      const row = judgeFleet(model).services.find(({ name }) => name === service?.name);
      if (!service || !row) throw new Error('Each service has a row.');
      const share = Math.max(0, 24 - othersByPlay(model, service));
      expect(row.share).toBe(share);
      expect(row.worst.connections).toBe(worstByPlay(model, service, {}));
      const fits = (change: { pool?: number; most?: number }) => worstByPlay(model, service, change) <= share;
      const beside =
        service.processes.kind === 'known' && service.processes.value === 1 ? extrasOf(service, 'instance') : 0;
      if (row.largestPool !== undefined) {
        expect(row.largestPool).toBe(
          Math.max(
            0,
            lastThatFits((pool) => pool > beside && fits({ pool: pool - beside })),
          ),
        );
      }
      if (row.mostInstances !== undefined) {
        expect(row.mostInstances).toBe(
          Math.max(
            0,
            lastThatFits((instances) => fits({ most: instances })),
          ),
        );
      }
    }),
    { numRuns: 30 },
  );
});

it('fits in any minute with the largest pool or the most instances that are said to, and not with one more', () => {
  fc.assert(
    fc.property(fleets, fc.nat(), (model, pick) => {
      const index = pick % model.services.length;
      const row = judgeFleet(model).services[index];
      const worst = (change: (service: BudgetService) => BudgetService) => {
        const services = model.services.map((one, at) => (at === index ? change(one) : one));
        return peaksByPlay({ ...model, services }).worst;
      };
      const { largestPool = 0, mostInstances = 0 } = row?.inAnyMinute ?? {};
      const beside = row?.pool.kind === 'known' && row.processes.kind === 'known' && row.processes.value === 1;
      const sized = (size: number) => (service: BudgetService) => ({
        ...service,
        pools: service.pools.map((pool) => ({
          ...pool,
          size: known(size - (beside ? extrasOf(service, 'instance') : 0)),
        })),
      });
      const scaled = (count: number) => (service: BudgetService) => ({
        ...service,
        instances: { normal: known(0), most: known(count) },
      });
      // The others may be too many where this service does not even run.
      const others = worst((service) => ({ ...service, pools: [], extras: [] }));
      for (const [most, changed] of [
        [largestPool, sized],
        [mostInstances, scaled],
      ] as const) {
        if (most === 0) continue;
        expect(worst(changed(most))).toBeLessThanOrEqual(Math.max(24, others));
        if (others <= 24) expect(worst(changed(most + 1))).toBeGreaterThan(24);
      }
    }),
    { numRuns: 20 },
  );
});

it('never takes less with a larger pool, more instances, processes, surge or roll-outs at once', () => {
  const grown: fc.Arbitrary<(service: BudgetService) => BudgetService> = fc.constantFrom(
    (service) => ({ ...service, pools: service.pools.map((pool) => ({ ...pool, size: known(4) })) }),
    (service) => ({ ...service, instances: { ...service.instances, most: known(12) } }),
    (service) => ({ ...service, processes: known(4) }),
    (service) => ({ ...service, surge: { kind: 'percent', percent: 100, rounds: 'up' } }),
    (service) => ({ ...service, terminates: true }),
    ({ window: _, ...service }) => service,
  );
  fc.assert(
    fc.property(fleets, fc.nat(), grown, fc.boolean(), (model, pick, grow, all) => {
      const services = model.services.map((one, index) => (index === pick % model.services.length ? grow(one) : one));
      const [before] = judgeFleet(model).servers;
      const [after] = judgeFleet({ ...model, services, ...(all && { rolloutsAtOnce: 'all' }) }).servers;
      if (!before || !after) throw new Error('There is one server.');
      const [less, more] = [peaksOf(before), peaksOf(after)];
      expect(less.normal).toBeLessThanOrEqual(less.scaledOut);
      expect(less.scaledOut).toBeLessThanOrEqual(less.worst);
      expect(less.worst).toBeLessThanOrEqual(less.ending);
      expect(less.scaledOut).toBeLessThanOrEqual(more.scaledOut);
      expect(less.worst).toBeLessThanOrEqual(more.worst);
      expect(less.ending).toBeLessThanOrEqual(more.ending);
    }),
    { numRuns: 60 },
  );
});
