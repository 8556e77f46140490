import { describe, expect, it } from 'vitest';
import { lockText, parseLock } from '../../../src/budget/lock.ts';
import type { FleetModel } from '../../../src/budget/model.ts';
import type { ServiceQuota } from '../../../src/budget/quota.ts';
import { staleness } from '../../../src/fleet/lock/compare-lock.ts';
import { inputsDigest, isLive } from '../../../src/fleet/lock/inputs-digest.ts';
import { lockRefusal, makeLock } from '../../../src/fleet/lock/make-lock.ts';
import { fleetModel, known } from '../../helpers/fleet.ts';
import { fleetState } from '../../helpers/fleet-states.ts';

const quota = (service: string, pool: number): ServiceQuota => ({
  ...{ service, server: 'orders', counts: 'server connections', engine: 'postgres' },
  ...{ quota: pool * 8, pool, processes: 1, mostInstances: 6, surgeInstances: 2, extras: 0 },
});

const api = { pool: 10, most: 6, surge: '25%' } as const;
const state = fleetState({ api });
const lock = makeLock(state.model, state.answer, [quota('api', 10)]);

describe('the digest of a fleet', () => {
  const fleet = (more: object = {}): FleetModel =>
    fleetModel({ servers: { orders: {} }, services: { api: { pool: 10, most: 6 }, jobs: { pool: 2, ...more } } });
  const place = { file: 'k8s/jobs.yaml', start: 1, end: 2, line: 9, column: 1, endLine: 9, endColumn: 2 };

  it('stays where lines and texts move, or files come in another order', () => {
    const moved = fleet({ pool: known(2, 'DB_POOL in k8s/jobs.yaml'), place });
    expect(inputsDigest(moved)).toBe(inputsDigest(fleet()));
    expect(inputsDigest({ ...fleet(), services: [...fleet().services].reverse() })).toBe(inputsDigest(fleet()));
  });

  it.each([
    ['a pool', { pool: 3 }],
    ['the most instances', { most: 2 }],
    ['a roll-out', { surge: 1 }],
    ['processes', { processes: 2 }],
    ['an extra connection', { extras: { total: { leader: 1 } } }],
    ['a priority', { pools: [{ size: 2, priority: 2 }] }],
  ])('is another with %s', (_what, more) => {
    expect(inputsDigest(fleet(more))).not.toBe(inputsDigest(fleet()));
  });

  it('does not follow a load that is another number each time it is asked for', () => {
    const loaded = (from: string, tps: number) => {
      const load = { from: 'api, peak hour 14:00', workload: { arrivalRatePerSecond: tps } };
      return fleet({ pools: [{ size: 2, load, loadSource: { from, file: 'fleet.yaml', written: {} } }] });
    };
    const [live, file] = ['prometheus://127.0.0.1:9090?service=jobs', 'prometheus.json'];
    expect(inputsDigest(loaded(live, 10))).toBe(inputsDigest(loaded(live, 11)));
    expect(inputsDigest(loaded(live, 10))).not.toBe(inputsDigest(loaded(`${live}2`, 10)));
    expect(inputsDigest(loaded(file, 10))).not.toBe(inputsDigest(loaded(file, 11)));
    expect([isLive(loaded(live, 10)), isLive(loaded(file, 10))]).toEqual([true, false]);
  });
});

describe('the lock of a fleet', () => {
  it('has its servers with what they let in, and whether a budget is declared', () => {
    expect(lock.servers).toEqual([
      { name: 'orders', counts: 'server connections', engine: 'postgres', usable: 97, budget: 'required' },
    ]);
  });

  it('holds no place of a file', () => {
    const place = { file: 'k8s/api.yaml', start: 1, end: 2, line: 9, column: 1, endLine: 9, endColumn: 2 };
    const placed = { ...state.model, servers: state.model.servers.map((server) => ({ ...server, place })) };
    expect(lockText(makeLock(placed, state.answer, lock.quotas))).toBe(lockText(lock));
  });

  it('is refused to a fleet that does not fit a declared budget, by one sentence and what to do', () => {
    expect(lockRefusal(state.answer)).toBeUndefined();
    expect(lockRefusal(fleetState({ api: { ...api, pool: 20 } }, { isBudgeted: false }).answer)).toBeUndefined();
    expect(lockRefusal(fleetState({ api: { ...api, pool: 20 } }).answer)).toEqual({
      why: 'orders is over: its worst minute takes 160 connections, and 97 are there.',
      hint: 'Make it fit first: `poolctl fleet` says which pool and how many instances do.',
    });
  });
});

describe('a lock beside a fleet', () => {
  const read = () => parseLock(lockText(lock), 'fleet.lock.json');

  it('is that of the fleet as long as all numbers are the same', () => {
    expect(staleness(read(), lock, state.model)).toEqual([]);
  });

  it('says what is another, new or gone', () => {
    const later = fleetState({ api: { ...api, pool: 11 }, jobs: { pool: 1 } });
    expect(
      staleness(read(), makeLock(later.model, later.answer, [quota('api', 11), quota('jobs', 1)]), later.model),
    ).toEqual(['api at orders: quota 80 is 88, pool 10 is 11', 'jobs has no quota of orders in it']);
    expect(staleness(read(), makeLock(later.model, later.answer, [quota('jobs', 1)]), later.model)[0]).toBe(
      'api takes nothing of orders any more',
    );
  });

  it('says so where only what quotas follow from is another', () => {
    const later = fleetState({ api }, { usable: 100 });
    expect(staleness(read(), makeLock(later.model, later.answer, [quota('api', 10)]), later.model)).toEqual([
      'a number that the quotas follow from is another one',
    ]);
  });
});
