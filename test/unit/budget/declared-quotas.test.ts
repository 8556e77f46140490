import { expect, it } from 'vitest';
import { withDeclaredQuotas } from '../../../src/budget/allocation/declared-quotas.ts';
import type { AllocatedPool } from '../../../src/budget/allocation.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import { quotasOf } from '../../../src/budget/quotas.ts';
import { fleetModel } from '../../helpers/fleet.ts';

const allocated = (service: string, connectionLimit: number): AllocatedPool => ({
  ...{ service, server: 'pg', connectionLimit, limitedBy: 'need' },
  ...{ quota: 2 * connectionLimit, mostInstances: 2 },
});

function quotasFor(usable: number, ...pools: AllocatedPool[]) {
  const services = { api: { pool: 10, normal: 2 }, jobs: { pool: 5, normal: 2 } };
  const model = fleetModel({ servers: { pg: { maxConnections: usable, reserved: 0 } }, services });
  const answer = judgeFleet(model);
  const rows = quotasOf(model, answer, withDeclaredQuotas(model, answer, { pools }));
  return rows.map(({ service, quota, pool }) => [service, quota, pool]);
}

it('leaves every service what it may take now, on a server that fits as it is', () => {
  expect(quotasFor(30, allocated('api', 8), allocated('jobs', 5))).toEqual([
    ['api', 20, 10],
    ['jobs', 10, 5],
  ]);
});

it('takes the sizes that fit where a server is over', () => {
  expect(quotasFor(29, allocated('api', 8), allocated('jobs', 5))).toEqual([
    ['api', 16, 8],
    ['jobs', 10, 5],
  ]);
});

it('takes them too where a pool that is made larger needs the room', () => {
  expect(quotasFor(30, allocated('api', 8), allocated('jobs', 7))).toEqual([
    ['api', 16, 8],
    ['jobs', 14, 7],
  ]);
});
