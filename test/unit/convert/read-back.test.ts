import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../src/base/engine.ts';
import { maxDurationMs } from '../../../src/base/units.ts';
import { readPool } from '../../../src/convert/run.ts';
import { readers } from '../../../src/declarations/readers/index.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { driverProfile } from '../../../src/profiles/load.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

/** Targets whose config `convert` reads: in which file, and what they can express. */
const written = [
  {
    name: 'hikaricp',
    from: 'hikaricp',
    file: 'application.yml',
    engines: ['mysql', 'mariadb', 'postgres'],
    leastAcquireMs: 250,
  },
  {
    name: 'hikaricp-properties',
    from: 'hikaricp',
    file: 'application.properties',
    engines: ['mysql', 'mariadb', 'postgres'],
    leastAcquireMs: 250,
  },
  {
    name: 'dbcp2',
    from: 'dbcp2',
    file: 'd.properties',
    engines: ['mysql', 'mariadb', 'postgres'],
    wholeSecondsToQuery: true,
  },
  { name: 'dbcp1', from: 'dbcp1', file: 'd.properties', engines: ['mysql', 'mariadb', 'postgres'] },
  {
    name: 'pgbouncer',
    from: 'pgbouncer',
    file: 'pgbouncer.ini',
    engines: ['postgres'],
    hasQueue: true,
    fractionsToConnect: true,
  },
  { name: 'env', from: 'env', file: '.env', engines: ['mysql'], hasQueue: true },
] as const satisfies readonly Written[];

interface Written {
  readonly name: string;
  readonly from: string;
  readonly file: string;
  readonly engines: readonly EngineId[];
  readonly leastAcquireMs?: number;
  readonly hasQueue?: boolean;
  readonly wholeSecondsToQuery?: boolean;
  readonly fractionsToConnect?: boolean;
}

/** Small numbers and the edges more often than others. */
const count = (least: number) =>
  fc.oneof(fc.integer({ min: least, max: least + 3 }), fc.integer({ min: least, max: 100_000 }));
const time = (least: number) =>
  fc.oneof(
    fc.constantFrom(least, maxDurationMs),
    fc.integer({ min: least, max: 120_000 }),
    fc.integer({ min: least, max: maxDurationMs }),
  );
const seconds = time(1_000).map((ms) => Math.floor(ms / 1_000) * 1_000);

function settingsFor(target: Written, engine: EngineId): fc.Arbitrary<PoolSettings> {
  const connect = engine === 'postgres' && !target.fractionsToConnect ? seconds : time(1);
  const query = target.wholeSecondsToQuery ? seconds : time(1);
  return fc
    .record({
      connectionLimit: count(1),
      queueLimit: target.hasQueue ? fc.oneof(fc.constant(0), count(1)) : fc.constant(0),
      acquireTimeoutMs: fc.oneof(fc.constant(0), time(target.leastAcquireMs ?? 1)),
      connectTimeoutMs: connect,
      queryTimeoutMs: fc.option(query, { nil: undefined }),
    })
    .map(({ queryTimeoutMs, ...settings }) => ({
      ...settings,
      ...(queryTimeoutMs !== undefined && { queryTimeoutMs }),
    }));
}

describe('what a target writes says the same when it is read', () => {
  for (const target of written as readonly Written[]) {
    it.each(target.engines)(`${target.name} for %s`, async (engine) => {
      await fc.assert(
        fc.asyncProperty(settingsFor(target, engine), async (settings) => {
          const fleet = { instances: 1, processesPerInstance: 1, connections: settings.connectionLimit };
          const { snippets } = await emitSnippets({ names: [target.name], settings, why: ['why'], fleet, engine });
          const read = await readPool({ text: snippets[0]?.text ?? '', file: target.file, from: target.from });
          expect(read.settings).toEqual(settings);
          expect(read.unkept).toEqual([]);
          expect(read.found.filter(({ from }) => from === 'poolctl')).toEqual([]);
        }),
        { numRuns: 40 },
      );
    });
  }

  it.each(written.filter(({ name }) => name !== 'dbcp1').map((target) => [target.name, target] as const))(
    '%s is known again without being told',
    async (name, target) => {
      const settings = { connectionLimit: 9, queueLimit: 3, acquireTimeoutMs: 900, connectTimeoutMs: 2_000 };
      const fleet = { instances: 1, processesPerInstance: 1, connections: 9 };
      const { snippets } = await emitSnippets({ names: [name], settings, why: [], fleet });
      expect((await readPool({ text: snippets[0]?.text ?? '', file: target.file })).name).toBe(target.from);
    },
  );

  it('covers every target of that name', () => {
    expect(new Set(written.map(({ from }) => from))).toEqual(
      new Set(['hikaricp', 'dbcp2', 'dbcp1', 'pgbouncer', 'env'].filter((name) => name in readers)),
    );
  });
});

/** What is written for Node, with the limits that a snippet keeps itself. */
describe('code of Node that emit writes says the same when it is read', () => {
  it.each(['ts', 'js', 'cjs'] as const)('as %s', async (language) => {
    const settings = { connectionLimit: 7, queueLimit: 3, acquireTimeoutMs: 5_000, connectTimeoutMs: 4_000 };
    const read: Record<string, object> = {};
    for (const { name, target } of await allTargets()) {
      // Nothing in the file is a pool of tarn for the analysis of code.
      if (target.language !== 'ts' || name === 'tarn') continue;
      const [engine] = target.engines;
      const { snippets } = await emitSnippets({ names: [name], settings, why: [], engine, language });
      const file = `db.${language}`;
      const { settings: found } = await readPool({ text: snippets[0]?.text ?? '', file }).catch((error) => ({
        settings: error,
      }));
      const { connectionLimit, queueLimit, acquireTimeoutMs } = found;
      read[`${name} ${engine}`] = { connectionLimit, queueLimit, acquireTimeoutMs };
    }
    const { connectTimeoutMs: _, ...expected } = settings;
    expect(read).toEqual(Object.fromEntries(Object.keys(read).map((name) => [name, expected])));
    expect(Object.keys(read).length).toBeGreaterThan(20);
  });
});

/** The drivers whose options are read as JSON: the one of the profile, and what says which it is. */
const nodeDrivers = [
  ['mysql2', 'mysql2', {}],
  ['pg', 'pg', {}],
  ['knex', 'knex', { client: 'pg' }],
  ['sequelize', 'sequelize', { dialect: 'mysql' }],
  ['typeorm', 'typeorm-mysql', { type: 'mysql' }],
  ['typeorm', 'typeorm-postgres', { type: 'postgres' }],
] as const;

describe('the options of Node drivers, by the names that their profiles have', () => {
  it.each(nodeDrivers)('%s (%s) are read as they are meant', async (from, driver, engine) => {
    const { options } = await driverProfile(driver);
    const path = (setting: 'connectionLimit' | 'queueLimit' | 'acquireTimeout') => options[setting]?.option;
    await fc.assert(
      fc.asyncProperty(count(1), count(1), time(1), async (connectionLimit, queueLimit, acquireTimeoutMs) => {
        const object: Record<string, unknown> = { ...engine };
        put(object, path('connectionLimit'), connectionLimit);
        put(object, path('queueLimit'), queueLimit);
        put(object, path('acquireTimeout'), acquireTimeoutMs);
        const { settings } = await readPool({ text: JSON.stringify(object), file: 'pool.json', from });
        expect(settings).toMatchObject({
          connectionLimit,
          queueLimit: path('queueLimit') ? queueLimit : 0,
          acquireTimeoutMs: path('acquireTimeout') ? acquireTimeoutMs : 0,
        });
      }),
      { numRuns: 40 },
    );
  });
});

function put(object: Record<string, unknown>, path: string | undefined, value: number): void {
  if (path === undefined) return;
  const [head = '', ...rest] = path.split('.');
  const child = (object[head] ?? {}) as Record<string, unknown>;
  if (rest.length > 0) put(child, rest.join('.'), value);
  object[head] = rest.length > 0 ? child : value;
}
