import { createPool as genericPool } from 'generic-pool';
import mysql from 'mysql2';
import pg from 'pg';
import { Pool as SequelizePool } from 'sequelize-pool';
import { Pool as TarnPool } from 'tarn';
import { expect, it } from 'vitest';
import { parseRecording } from '../../../src/measurements/recording.ts';
import type { WaitLimits } from '../../../src/monitor/facts.ts';
import { instrument } from '../../../src/monitor/instrument.ts';
import { PoolRecording } from '../../../src/monitor/recording/pool-recording.ts';
import { waitLimitsOf } from '../../../src/monitor/wait-limits.ts';

// How long and how many may wait, as each library has it; no connection is opened.

const factory = { create: async () => ({}), destroy: async () => {} };

it.each<[string, object, WaitLimits]>([
  ['pg', new pg.Pool({ connectionTimeoutMillis: 2_000 }), { acquireTimeoutMs: 2_000 }],
  ['pg without', new pg.Pool(), {}],
  ['mysql2', mysql.createPool({ queueLimit: 30 }), { queueLimit: 30 }],
  ['mysql2 without', mysql.createPool({}), {}],
  ['tarn', new TarnPool({ ...factory, min: 0, max: 1, acquireTimeoutMillis: 700 }), { acquireTimeoutMs: 700 }],
  [
    'sequelize-pool',
    new SequelizePool({
      ...factory,
      destroy: () => {},
      validate: () => true,
      min: 0,
      max: 1,
      acquireTimeoutMillis: 900,
    }),
    { acquireTimeoutMs: 900 },
  ],
  [
    'generic-pool',
    genericPool(factory, { max: 1, acquireTimeoutMillis: 800, maxWaitingClients: 5 }),
    { acquireTimeoutMs: 800, queueLimit: 5 },
  ],
])('%s tells its limits', (_, pool, limits) => {
  const monitor = instrument(pool);
  expect(monitor.pools.map((one) => one.waitLimits?.())).toEqual([limits]);
  monitor.uninstrument();
});

it('a recording has them, and is read with them', () => {
  const monitor = instrument(new pg.Pool({ connectionTimeoutMillis: 2_000 }));
  const [pool] = monitor.pools;
  if (!pool) throw new Error('no pool');
  const document = new PoolRecording(pool, { acquires: 8, spanMs: 1_000 }, '/').document('asked', 0);
  monitor.uninstrument();
  expect(document.result.pool).toEqual({ name: pool.name, library: 'pg', acquireTimeoutMs: 2_000 });
  expect(parseRecording(JSON.stringify(document), 'file').pool).toEqual(document.result.pool);
});

it.each([0, -1, Number.POSITIVE_INFINITY, Number.NaN, 'soon', null, undefined])('%s is no limit', (value) => {
  expect(waitLimitsOf(value, value)).toEqual({});
});
