import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { type FleetLock, isLockText, lockText, parseLock } from '../../../src/budget/lock.ts';
import type { ServiceQuota } from '../../../src/budget/quota.ts';

const quota = (service: string, more: Partial<ServiceQuota> = {}): ServiceQuota => ({
  ...{ service, server: 'orders', engine: 'postgres', counts: 'server connections' },
  ...{ quota: 60, pool: 10, processes: 1, mostInstances: 4, surgeInstances: 1, extras: 10 },
  ...more,
});

const lock: FleetLock = {
  inputs: '5b1c',
  servers: [
    {
      name: 'orders',
      hosts: ['orders.internal'],
      counts: 'server connections',
      engine: 'postgres',
      usable: 97,
      budget: 'required',
    },
    { name: 'edge', counts: 'pooler clients', budget: 'report' },
  ],
  quotas: [quota('web', { role: 'web', kind: 'Deployment', namespace: 'shop' }), quota('api')],
};

const refusalOf = (text: string): string => {
  try {
    parseLock(text, 'fleet.lock.json');
  } catch (error) {
    if (error instanceof PoolctlError) return `${error.code} ${error.message}`;
  }
  return 'not refused';
};

describe('the text of a lock', () => {
  it('reads back to what was written', () => {
    const { servers, quotas } = parseLock(lockText(lock), 'fleet.lock.json');
    expect({ servers, quotas }).toEqual({
      servers: [lock.servers[1], lock.servers[0]],
      quotas: [quota('api'), lock.quotas[0]],
    });
  });

  it('is the same whatever the order that servers and services come in', () => {
    const turned = { ...lock, servers: [...lock.servers].reverse(), quotas: [...lock.quotas].reverse() };
    expect(lockText(turned)).toBe(lockText(lock));
  });

  it('changes in one line where one number changes', () => {
    const raised = { ...lock, quotas: [quota('api', { quota: 61 }), ...lock.quotas.slice(0, 1)] };
    const before = lockText(lock).split('\n');
    const after = lockText(raised).split('\n');
    expect(after.filter((line, at) => line !== before[at])).toEqual(['      "quota": 61,']);
  });

  it('is as JSON formatters write it, so that none of them changes the file', () => {
    expect(lockText(lock)).toBe(`${JSON.stringify(JSON.parse(lockText(lock)), null, 2)}\n`);
  });

  it('is told from other JSON, broken or of a later version too', () => {
    expect([lockText(lock), '{"schema": "poolctl.fleet-lock/2"', '{"lockfileVersion": 3}'].map(isLockText)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('a text that is no lock', () => {
  it.each([
    ['half a file', '{ "schema": "poolctl.fleet-lock/1", ', 'INPUT_INVALID fleet.lock.json: this is not JSON.'],
    [
      'a later version',
      lockText(lock).replace('lock/1', 'lock/2'),
      'INPUT_INVALID fleet.lock.json: this is not a poolctl.fleet-lock/1: schema is not what it should be.',
    ],
    [
      'a negative quota',
      lockText(lock).replace('"quota": 60', '"quota": -1'),
      'INPUT_INVALID fleet.lock.json: this is not a poolctl.fleet-lock/1: quotas.0.quota is not what it should be.',
    ],
    [
      'a missing number',
      lockText(lock).replace('"extras"', '"extra"'),
      'INPUT_INVALID fleet.lock.json: this is not a poolctl.fleet-lock/1: quotas.0.extras is missing.',
    ],
    [
      'a quota of no server',
      lockText({ ...lock, quotas: [quota('api', { server: 'gone' })] }),
      'INPUT_INVALID fleet.lock.json: api has a quota of gone, which is no server in it.',
    ],
    [
      'a conflict of two changes',
      `{\n<<<<<<< HEAD\n  "inputs": "1"\n=======\n`,
      'INPUT_INVALID fleet.lock.json: two changes of it meet here.',
    ],
  ])('is refused by one error that names it: %s', (_what, text, message) => {
    expect(refusalOf(text)).toBe(message);
  });
});
