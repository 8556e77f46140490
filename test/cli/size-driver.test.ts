import { describe, expect, it } from 'vitest';
import { driverNames } from '../../src/emit/driver-of.ts';
import { poolctl } from '../helpers/run.ts';

const json = async (line: string) => JSON.parse((await poolctl(`${line} --json`)).stdout);
const load = 'size --tps 200 --mean 20ms';
const codes = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code);

describe('size --driver', () => {
  it('is silent where no driver is named', async () => {
    const { result } = await json(`${load} --emit pg,mysql2`);
    expect(result).not.toHaveProperty('driver');
    expect((await poolctl(load)).stdout).not.toContain('Driver');
  });

  it('takes profiles and targets, and the engine of --server', async () => {
    const of = async (line: string) => (await json(`${load} ${line}`)).result.driver;
    expect(await of('--driver mariadb')).toMatchObject({ name: 'mariadb', engine: 'mariadb' });
    expect(await of('--driver mariadb --server aws-rds-mysql:db.t3.medium')).toMatchObject({ engine: 'mysql' });
    expect(await of('--driver typeorm --server postgres')).toMatchObject({ name: 'typeorm-postgres' });
    expect(await of('--driver typeorm --server mysql')).toMatchObject({ name: 'typeorm-mysql' });
    expect(await of('--emit mikro-orm --server postgres')).toMatchObject({ name: 'mikro-orm-7', engine: 'postgres' });
  });

  it('opens the pool of mariadb one login after the other, and that of mysql2 at once', async () => {
    const opening = async (name: string) =>
      (await json(`${load} --rtt 50ms --driver ${name} --server mariadb`)).result.driver.opening;
    const one = await opening('mariadb');
    expect(one.openMs).toBeCloseTo(21 * one.loginMs, 6);
    expect((await opening('mysql2')).openMs).toBeLessThan(2 * one.loginMs);
  });

  it('counts queries that run on behind a time limit of the client, and none where the snippet sets that of the server', async () => {
    const slow = '--query-timeout 2s --slow-query 30s';
    const connections = async (line: string) =>
      (await json(`${load} ${slow} ${line}`)).result.driver.sessions.connections;
    expect(await connections('--driver pg')).toBe(7 * 15);
    expect(await connections('--emit pg')).toBe(7);
  });

  it('counts no sessions beyond the limit for a time limit or a hook that the snippet does not have, or guards', async () => {
    for (const line of ['knex --server mysql', 'sequelize --server mariadb', 'prisma --server mysql', 'mysql']) {
      const { result, warnings } = await json(`${load} --query-timeout 2s --slow-query 30s --emit ${line}`);
      expect(result.driver.sessions, line).not.toHaveProperty('isUnbounded');
      expect(result.driver.sessions.connections, line).toBe(7);
      expect(codes({ warnings }), line).not.toContain('SESSIONS_BEYOND_BUDGET');
    }
  });

  it('knows what a snippet sets at any size of the pool', async () => {
    const of = async (line: string) => (await json(`size --mean 20ms --server postgres ${line}`)).result;
    expect((await of('--tps 5 --connection-limit 2 --emit c3p0')).driver.sessions.connections).toBe(2);
    const { connectionLimit, driver } = await of('--tps 1000 --emit psycopg-pool');
    expect(connectionLimit).toBeGreaterThan(10);
    expect(driver.idleAfterBurst).toBe(connectionLimit);
    expect((await of('--tps 1000 --driver go-database-sql')).driver.idleAfterBurst).toBe(22);
    expect((await of('--tps 1000 --emit go')).driver.idleAfterBurst).toBe(connectionLimit);
  });

  it('says which engine was taken where drivers of another kind have the same name', async () => {
    expect(codes(await json(`${load} --driver typeorm`))).toContain('ENGINE_ASSUMED');
    expect(codes(await json(`${load} --driver typeorm --server postgres`))).not.toContain('ENGINE_ASSUMED');
    expect(codes(await json(`${load} --driver mysql2`))).not.toContain('ENGINE_ASSUMED');
    const { result, warnings } = await json(`${load} --driver mikro-orm-5-6`);
    expect(codes({ warnings })).toContain('ENGINE_ASSUMED');
    expect(result.driver.opening.loginMs).toBeGreaterThan(0);
    expect((await json(`${load} --driver typeorm --emit pg`)).result.driver.name).toBe('typeorm-postgres');
    expect(codes(await json(`${load} --driver generic-pool`))).not.toContain('ENGINE_ASSUMED');
  });

  it('shows what a server has left for the sessions of the driver, where they are more than the limits', async () => {
    const server = async (name: string) =>
      (await poolctl(`${load} --driver ${name} --server postgres --instances 3`)).stdout;
    expect(await server('sqlalchemy')).toMatch(/sessions, by the driver +51 +51\n +left then +46 +46/);
    expect(await server('pg')).not.toContain('left then');
  });

  it('warns where those are more than the server has', async () => {
    const line = `${load} --driver pg --query-timeout 2s --slow-query 30s --server postgres --instances 2`;
    expect(codes(await json(line))).toContain('SESSIONS_BEYOND_BUDGET');
    expect(codes(await json(`${line} --slow-query 3s`))).not.toContain('SESSIONS_BEYOND_BUDGET');
  });

  it('holds a connection for one more round trip where the driver makes one of its own', async () => {
    const { result } = await json(`${load} --rtt 50ms --driver slonik`);
    expect(result.load).toMatchObject({ holdTimeMs: 120, roundTripMs: 100, roundTrips: 2 });
    const { stdout } = await poolctl(`${load} --rtt 50ms --driver slonik --explain`);
    expect(stdout).toContain('hold time = hold time + round trip × (1 + own round trips)');
    expect(stdout).toMatch(/held for +120 ms +mean, with 2 round trips of 50 ms/);
  });

  it('shows the steps, each with where its facts stand', async () => {
    const { stdout } = await poolctl(`${load} --rtt 50ms --driver mariadb --explain`);
    expect(stdout).toContain('until the whole pool is open = connectionLimit × (round trips × round trip');
    expect(stdout).toMatch(/round trips of a login +3 +mariadb@/);
  });

  it('says of a driver that nothing is known of its behaviour', async () => {
    const { result, warnings } = await json(`${load} --driver env`);
    expect(result).not.toHaveProperty('driver');
    expect(codes({ warnings })).toContain('DRIVER_UNKNOWN');
  });

  it('refuses a name that is none, another engine, and a slow query without a driver', async () => {
    const error = async (line: string) => (await json(`${load} ${line}`)).error.code;
    expect(await error('--driver mariadbb')).toBe('VALUE_INVALID');
    expect(await error('--driver pg --server mysql')).toBe('INPUT_CONTRADICTION');
    expect(await error('--driver typeorm-mysql --server postgres')).toBe('INPUT_CONTRADICTION');
    expect(await error('--driver mysql2 --emit pg')).toBe('INPUT_CONTRADICTION');
    expect(await error('--slow-query 3s')).toBe('INPUT_MISSING');
    expect(await error('--driver pg --slow-query 3s')).toBe('INPUT_MISSING');
  });

  it('leaves poolers out, whose connections are not those of the pool', async () => {
    expect((await json(`${load} --emit pgbouncer`)).result).not.toHaveProperty('driver');
  });

  it('answers for every name that a shell offers', async () => {
    for (const name of driverNames()) {
      const { stdout, exitCode } = await poolctl(`${load} --driver ${name} --query-timeout 2s --slow-query 30s`);
      expect(exitCode, name).toBe(0);
      expect(stdout, name).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});
