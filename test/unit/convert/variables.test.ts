import { expect, it } from 'vitest';
import { convertAll, readPool } from '../../../src/convert/run.ts';

const read = async (text: string, file = '.env', from?: string) => readPool({ text, file, from });

it.each([
  ['a word for each part', 'SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE=12', 'hikaricp'],
  ['no line between words', 'SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE=12', 'hikaricp'],
  ['Tomcat JDBC', 'SPRING_DATASOURCE_TOMCAT_MAX_ACTIVE=12', 'tomcat'],
  ['DBCP 2', 'SPRING_DATASOURCE_DBCP2_MAX_TOTAL=12', 'dbcp2'],
  ['the default data source of Quarkus', 'QUARKUS_DATASOURCE_JDBC_MAX_SIZE=12', 'quarkus'],
  ['a named one', 'QUARKUS_DATASOURCE__REPORTS__JDBC_MAX_SIZE=12', 'quarkus'],
  ['PgBouncer by the image of Bitnami', 'PGBOUNCER_DEFAULT_POOL_SIZE=12\nPGBOUNCER_PORT=6432', 'pgbouncer'],
  ['PgBouncer by the image of edoburu', 'DEFAULT_POOL_SIZE=12\nDB_HOST=db', 'pgbouncer'],
  ['pgxpool by its URL', 'DATABASE_URL=postgres://u:p@h/d?pool_max_conns=12', 'pgxpool'],
])('reads variables as the file of their system: %s', async (_, text, system) => {
  const { name, settings, found } = await read(text);
  expect({ name, connectionLimit: settings.connectionLimit }).toEqual({ name: system, connectionLimit: 12 });
  expect(text).toContain(found.find(({ setting }) => setting === 'connectionLimit')?.key?.split('?')[0]);
});

it('has times in the unit of the system, and the defaults of what is not set', async () => {
  const { settings } = await read(
    'SPRING_DATASOURCE_URL=jdbc:mysql://db/app\nSPRING_DATASOURCE_HIKARI_CONNECTION_TIMEOUT=5000\n',
  );
  expect(settings).toMatchObject({ connectionLimit: 10, acquireTimeoutMs: 5_000 });
});

it('takes the variables where --from names their system', async () => {
  expect((await read('SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE=12', '.env', 'hikaricp')).name).toBe('hikaricp');
});

it('tells several pools of one environment as several, whosever they are', async () => {
  const text = 'DATABASE_URL=postgres://u:p@h/d?connection_limit=7\nSPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE=12\n';
  await expect(read(text)).rejects.toThrow('.env has 2 pools: hikaricp (12 connections); prisma (7 connections).');
  const [one, other] = await convertAll({ text, file: '.env', names: ['mysql2'] });
  expect([one?.settings.connectionLimit, other?.settings.connectionLimit]).toEqual([12, 7]);
});

it('finds them in compose and in Pods', async () => {
  const compose = `services:
  api:
    image: shop/api
    environment:
      SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE: 12
  pooler:
    image: edoburu/pgbouncer:1.24
    environment: [DEFAULT_POOL_SIZE=25, MAX_CLIENT_CONN=500]
`;
  await expect(read(compose, 'compose.yml')).rejects.toThrow('api (12 connections); pooler (25 connections)');
  const pod = `kind: Pod
spec:
  containers:
    - name: api
      env:
        - { name: QUARKUS_DATASOURCE_JDBC_MAX_SIZE, value: "12" }
`;
  expect((await read(pod, 'pod.yaml')).settings.connectionLimit).toBe(12);
});

it('has a pool of each system where one environment is for two', async () => {
  const text = 'SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE=5\nSPRING_DATASOURCE_TOMCAT_MAX_ACTIVE=9\n';
  await expect(read(text)).rejects.toThrow('hikaricp (5 connections); tomcat (9 connections).');
});

it('has a pool of each data source of Spring Boot that has a name', async () => {
  const text = `SPRING_DATASOURCE_MAIN_URL=jdbc:mysql://db/a
SPRING_DATASOURCE_MAIN_HIKARI_MAXIMUM_POOL_SIZE=7
SPRING_DATASOURCE_REPORTS_HIKARI_MAXIMUM_POOL_SIZE=9
`;
  await expect(read(text)).rejects.toThrow(
    'datasource.main (7 connections); spring.datasource.reports (9 connections).',
  );
});

it('takes the default that compose puts in', async () => {
  expect((await read('PGBOUNCER_DEFAULT_POOL_SIZE=${SIZE:-7}')).settings.connectionLimit).toBe(7);
});

it('names a time that says its own unit in that of the target', async () => {
  const text = 'DATABASE_URL=postgres://u:p@h/d?pool_max_conns=5&pool_max_conn_lifetime=1h';
  const [converted] = await convertAll({ text, file: '.env', names: ['pg'] });
  expect(converted?.dropped.map(({ why }) => why)).toEqual(['add it by hand: pg maxLifetimeSeconds 3600 s']);
});

it('takes the address of a pooler for no pool', async () => {
  const text = 'PGBOUNCER_HOST=pooler\nPGBOUNCER_ENABLED=true\n';
  expect((await read(`${text}DATABASE_URL=postgres://u:p@h/d?connection_limit=5`)).name).toBe('prisma');
});

it('leaves other variables with such words alone', async () => {
  await expect(read('MAX_CONNECTIONS=5\nPOOL_MODE=fast\n')).rejects.toThrow("Which system's settings");
});
