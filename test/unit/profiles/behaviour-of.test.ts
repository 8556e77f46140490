import { describe, expect, it } from 'vitest';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { behaviourOf, driverChain, mergedBehaviour } from '../../../src/profiles/behaviour-of.ts';
import { profileIds } from '../../../src/profiles/files.ts';
import { driverProfile } from '../../../src/profiles/load.ts';

const evidence = { source: 'a run', verified: 'experiment' } as const;

describe('the behaviour of a driver', () => {
  it('is its own fact by fact, and else that of what it wraps', () => {
    const outer = { behaviour: { checkout: { roundTrips: 1, ...evidence } } };
    const inner = {
      behaviour: { checkout: { roundTrips: 0, ...evidence }, idles: { keeps: 'all', ...evidence } },
    } as const;
    expect(mergedBehaviour([outer, inner])).toMatchObject({ checkout: { roundTrips: 1 }, idles: { keeps: 'all' } });
  });

  it('exceeds the limit in each way that either has, as the outer one says where both have it', () => {
    const way = (by: 'cancel' | 'overflow', most: number) => ({ by, most, ...evidence });
    const merged = mergedBehaviour([
      { behaviour: { exceeds: [way('cancel', 1)] } },
      { behaviour: { exceeds: [way('cancel', 2), way('overflow', 3)] } },
    ]);
    expect(merged.exceeds?.map(({ by, most }) => [by, most])).toEqual([
      ['cancel', 1],
      ['overflow', 3],
    ]);
  });

  it('is of the wrapped driver that talks to the engine', async () => {
    const innermost = async (id: string, engine: 'postgres' | 'mysql') => (await driverChain(id, engine)).at(-1)?.title;
    const title = async (id: string) => (await driverProfile(id)).title;
    expect(await innermost('kysely', 'postgres')).toBe(await title('pg'));
    expect(await innermost('kysely', 'mysql')).toBe(await title('mysql2'));
    expect(await innermost('nestjs-typeorm', 'postgres')).toBe(await title('pg'));
    expect(await innermost('objection', 'mysql')).toBe(await title('tarn'));
  });

  it('has one number for the engine, and the largest where no engine is known', async () => {
    const { loginRoundTrips = {} } = (await driverProfile('mariadb')).behaviour?.opens ?? {};
    const trips = loginRoundTrips as { readonly mysql: number; readonly mariadb: number };
    expect((await behaviourOf('mariadb', 'mysql')).opens?.loginRoundTrips).toBe(trips.mysql);
    expect((await behaviourOf('mariadb', 'mariadb')).opens?.loginRoundTrips).toBe(trips.mariadb);
    expect((await behaviourOf('mariadb')).opens?.loginRoundTrips).toBe(Math.max(trips.mysql, trips.mariadb));
  });

  it('exceeds the limit by what the engine has, and in each way once where no engine is known', async () => {
    const ways = async (id: string, engine?: 'postgres' | 'mysql' | 'mariadb') =>
      (await behaviourOf(id, engine)).exceeds?.map(({ by, prevented }) => [by, prevented]) ?? [];
    expect(await ways('knex', 'postgres')).toContainEqual(['timed-out-query', 'connection.statement_timeout']);
    expect(await ways('knex', 'mariadb')).toContainEqual(['timed-out-query', 'max_statement_time']);
    expect((await ways('sequelize', 'mysql')).map(([by]) => by)).toEqual(['forgotten']);
    expect((await ways('knex')).map(([by]) => by)).toEqual(['timed-out-query', 'cancel', 'forgotten']);
  });

  it('of pg-promise is that of pg', async () => {
    const { opens, ends } = await behaviourOf('pg');
    expect(await behaviourOf('pg-promise')).toMatchObject({ opens, ends });
  });

  it('keeps as many connections as its options say by default', async () => {
    expect(await behaviourOf('mariadb')).toMatchObject({ minIdle: 'limit' });
    expect(await behaviourOf('typeorm-postgres')).toMatchObject({ minIdle: 0 });
    expect(await behaviourOf('objection')).toMatchObject({ minIdle: 2 });
  });

  it('can be had of every profile, for every engine', async () => {
    for (const id of profileIds('drivers')) {
      const known = await behaviourOf(id, 'postgres');
      expect(JSON.parse(JSON.stringify(known))).toEqual(known);
    }
  });
});

it('the servers that a profile names are those of its targets', async () => {
  for (const { name, target } of await allTargets()) {
    const { engines } = await driverProfile(target.driver);
    const others = target.engines.filter((engine) => engines && !engines.includes(engine));
    expect(others, `${name} writes for servers that profiles/drivers/${target.driver}.yaml does not name`).toEqual([]);
  }
});
