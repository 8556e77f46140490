import { describe, expect, it } from 'vitest';
import { poolctl } from '../../helpers/run.ts';

const engines = ['postgres', 'mysql', 'mariadb'] as const;
const names = ['nestjs-typeorm', 'sequelize', 'knex', 'objection', 'prisma', 'drizzle', 'kysely', 'mikro-orm'] as const;
const all = names.flatMap((name) => engines.map((engine) => [name, engine] as const));

type Name = (typeof names)[number];
type Engine = (typeof engines)[number];

interface Answer {
  readonly result: { readonly snippets: readonly { title: string; language: string; text: string }[] };
  readonly warnings: readonly { code: string; message: string; hint: string }[];
}

async function emit(name: string, engine: Engine, flags: string): Promise<Answer> {
  const { stdout, stderr } = await poolctl(`emit ${name} --engine ${engine} ${flags} --json`);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

async function textOf(name: string, engine: Engine, flags: string): Promise<string> {
  const { result } = await emit(name, engine, flags);
  return result.snippets[0]?.text ?? '';
}

const refusal = async (line: string) => {
  const { exitCode, stdout } = await poolctl(`${line} --json`);
  return { exitCode, ...JSON.parse(stdout).error };
};

/** As a pattern, so that one can be looked for in the line of another. */
const line = (text: string) => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?: //|$)`, 'm');

describe('one connection, any number of waiting requests, no acquire timeout', () => {
  const flags = '--connection-limit 1 --queue-limit 0 --acquire-timeout 0';
  const longest = '2_147_483_647';
  const onPg = ['max: 1,', 'connectionTimeoutMillis: 0,'];
  const onMysql2 = ['connectionLimit: 1,', 'queueLimit: 0,', 'connectTimeout: 10_000,'];
  const tarn = ['min: 0,', 'max: 1,', `acquireTimeoutMillis: ${longest},`];
  const onPgOfKnex = [...tarn, 'connectionTimeoutMillis: 10_000,'];
  const onMysql2OfKnex = [...tarn, 'connectTimeout: 10_000,'];
  const typeorm = { mysql: onMysql2, mariadb: onMysql2 };
  const adapter = ['connectionLimit: 1,', `acquireTimeout: ${longest},`, 'connectTimeout: 10_000,'];
  const expected: Readonly<Record<Name, Readonly<Record<Engine, readonly string[]>>>> = {
    'nestjs-typeorm': { postgres: ['poolSize: 1,', 'connectTimeoutMS: 0,'], ...typeorm },
    sequelize: {
      postgres: ['max: 1,', `acquire: ${longest},`, 'connectionTimeoutMillis: 10_000,'],
      mysql: ['max: 1,', `acquire: ${longest},`, 'connectTimeout: 10_000,'],
      mariadb: ['max: 1,', `acquire: ${longest},`, 'connectTimeout: 10_000,'],
    },
    knex: { postgres: onPgOfKnex, mysql: onMysql2OfKnex, mariadb: onMysql2OfKnex },
    objection: { postgres: onPgOfKnex, mysql: onMysql2OfKnex, mariadb: onMysql2OfKnex },
    prisma: { postgres: onPg, mysql: adapter, mariadb: adapter },
    drizzle: { postgres: onPg, mysql: onMysql2, mariadb: onMysql2 },
    kysely: { postgres: onPg, mysql: onMysql2, mariadb: onMysql2 },
    'mikro-orm': {
      postgres: ['pool: { max: 1 },', 'connectionTimeoutMillis: 0,'],
      mysql: ['pool: { max: 1 },', 'queueLimit: 0,', 'connectTimeout: 10_000,'],
      mariadb: ['pool: { max: 1 },', 'queueLimit: 0,', 'connectTimeout: 10_000,'],
    },
  };

  it.each(all)('is written without wrappers for %s on %s', async (name, engine) => {
    const { result, warnings } = await emit(name, engine, flags);
    const text = result.snippets[0]?.text ?? '';
    for (const setting of expected[name][engine]) expect(text).toMatch(line(setting));
    expect(text).not.toMatch(/bound(?:Queue|Acquire|Pool)|undefined|[⟨⟩]|\n\n\n/);
    expect(warnings).toEqual([]);
  });

  it.each(engines)('lets $transaction of Prisma on %s wait as long', async (engine) => {
    expect(await textOf('prisma', engine, flags)).toContain(`transactionOptions: { maxWait: ${longest} }`);
  });
});

describe('a queue limit and an acquire timeout', () => {
  const flags = '--connection-limit 3 --queue-limit 2 --acquire-timeout 1.5s';
  const bySelf = (name: Name, engine: Engine) =>
    engine !== 'postgres' && ['nestjs-typeorm', 'drizzle', 'kysely', 'mikro-orm'].includes(name);

  it.each(all)('are set, or bounded by a wrapper that is said of, for %s on %s', async (name, engine) => {
    const { result, warnings } = await emit(name, engine, flags);
    const text = result.snippets[0]?.text ?? '';
    const wrapper = bySelf(name, engine) ? 'boundPool' : 'boundQueue';
    expect(text.match(new RegExp(`^function ${wrapper}`, 'm'))).toHaveLength(1);
    const limits = bySelf(name, engine) ? ', acquireTimeoutMs: 1_500' : '';
    expect(text).toContain(`{ connectionLimit: 3, queueLimit: 2${limits} });`);
    expect(text).toMatch(/1_500\b/);
    expect(warnings.find(({ code }) => code === 'DRIVER_LACKS_OPTION')?.hint).toContain(`${wrapper}()`);
  });

  it('are ms wherever they stand', async () => {
    expect(await textOf('sequelize', 'postgres', flags)).toMatch(line('acquire: 1_500,'));
    expect(await textOf('knex', 'mysql', flags)).toMatch(line('acquireTimeoutMillis: 1_500,'));
    expect(await textOf('prisma', 'mariadb', flags)).toMatch(line('acquireTimeout: 1_500,'));
    expect(await textOf('prisma', 'postgres', flags)).toContain('maxWait: 1_500 }');
  });

  it('leave the connect timeout of the mariadb package no longer than it lets it be', async () => {
    expect(await textOf('prisma', 'mariadb', flags)).toMatch(line('connectTimeout: 1_500,'));
    expect(await textOf('prisma', 'mariadb', `${flags} --connect-timeout 1s`)).toMatch(line('connectTimeout: 1_000,'));
  });

  it('are whole milliseconds, for Knex refuses a part of one', async () => {
    expect(await textOf('knex', 'postgres', '--connection-limit 1 --acquire-timeout 0.2ms')).toMatch(
      line('acquireTimeoutMillis: 1,'),
    );
  });
});

describe("a connect timeout longer than tarn's own", () => {
  const flags = '--connection-limit 3 --connect-timeout 40s';

  it.each(['knex', 'objection'])('is not cut short for %s', async (name) => {
    expect(await textOf(name, 'postgres', flags)).toMatch(line('createTimeoutMillis: 45_000,'));
    expect(await textOf(name, 'postgres', '--connection-limit 3')).not.toContain('createTimeoutMillis');
  });

  it('is a timer that Node.js has', async () => {
    expect(await textOf('knex', 'postgres', '--connection-limit 3 --connect-timeout 2147483647ms')).toMatch(
      line('createTimeoutMillis: 2_147_483_647,'),
    );
  });
});

describe('a query timeout', () => {
  const flags = '--connection-limit 3 --query-timeout 2500ms';
  const timedByTypeorm = 'maxQueryExecutionTime: 2_500,';

  it.each(names)('is statement_timeout in ms for %s on PostgreSQL, and nothing is lacking', async (name) => {
    const { result, warnings } = await emit(name, 'postgres', flags);
    expect(result.snippets[0]?.text).toMatch(/\bstatement_timeout: 2_500\b/);
    expect(warnings.map(({ code }) => code)).not.toContain('DRIVER_LACKS_OPTION');
  });

  it.each(names)('is in ms for %s on MySQL', async (name) => {
    const text = await textOf(name, 'mysql', flags);
    if (name === 'nestjs-typeorm') expect(text).toMatch(line(timedByTypeorm));
    else expect(text).toMatch(/SET SESSION max_execution_time = 2500'/);
  });

  it.each(names)('is in the unit of its option or variable for %s on MariaDB', async (name) => {
    const text = await textOf(name, 'mariadb', flags);
    if (name === 'nestjs-typeorm') expect(text).toMatch(line(timedByTypeorm));
    else expect(text).toMatch(/SET SESSION max_statement_time = 2\.5'|\bqueryTimeout: 2_500,/);
  });

  it.each(['sequelize', 'knex', 'objection', 'mikro-orm'])('is said to be missing in %s on MySQL', async (name) => {
    const { warnings } = await emit(name, 'mysql', flags);
    expect(warnings.find(({ message }) => message.includes('query timeout'))?.hint).toContain('max_execution_time');
  });
});

describe('--driver-version', () => {
  const flags = '--connection-limit 3 --acquire-timeout 2880ms';

  it.each(engines)('6 writes the URL of the Prisma engine for %s, in seconds', async (engine) => {
    const { result, warnings } = await emit(
      'prisma',
      engine,
      `${flags} --queue-limit 2 --query-timeout 30s --driver-version 6.19`,
    );
    const [snippet] = result.snippets;
    expect(snippet).toMatchObject({ language: 'dotenv', title: 'Prisma 6 on its own engine' });
    expect(snippet?.text).toContain(
      `DATABASE_URL="${engine === 'postgres' ? 'postgresql' : 'mysql'}://\${DB_USERNAME}:\${DB_PASSWORD}@\${DB_HOST}:\${DB_PORT}/\${DB_DATABASE}` +
        '?connection_limit=3&pool_timeout=3&connect_timeout=10&socket_timeout=30"',
    );
    expect(snippet?.text).toContain('2_880 ms rounded up');
    expect(warnings).toMatchObject([{ code: 'DRIVER_LACKS_OPTION', hint: expect.stringMatching('It cannot be had') }]);
  });

  it('6 of Prisma waits without a limit at 0, and refuses other times than whole seconds', async () => {
    const waiting = await textOf('prisma', 'postgres', '--connection-limit 1 --acquire-timeout 0 --driver-version 6');
    expect(waiting).toContain('connection_limit=1&pool_timeout=0&connect_timeout=10"');
    const refused = await refusal('emit prisma --driver-version 6 --connection-limit 3 --query-timeout 300ms');
    expect(refused).toMatchObject({ exitCode: 2, code: 'INPUT_CONTRADICTION' });
  });

  it('7 writes what is written without it for Prisma', async () => {
    const seven = await textOf('prisma', 'postgres', `${flags} --driver-version 7.10`);
    expect(seven).toBe(await textOf('prisma', 'postgres', flags));
  });

  it.each(engines)('6 of MikroORM gives %s the pool of Knex, where 7 has that of the driver', async (engine) => {
    const six = await textOf('mikro-orm', engine, `${flags} --queue-limit 2 --driver-version 6.6`);
    const seven = await textOf('mikro-orm', engine, `${flags} --queue-limit 2`);
    expect(six).toMatch(line('acquireTimeoutMillis: 2_880,'));
    expect(six).toContain('version 7 ignores acquireTimeoutMillis');
    expect(seven).not.toContain('acquireTimeoutMillis');
    expect(seven).toMatch(line('pool: { max: 3 },'));
    expect(seven).toMatch(
      engine === 'postgres' ? line('connectionTimeoutMillis: 2_880,') : /acquireTimeoutMs: 2_880 \}\);/,
    );
  });

  it('0.3 is of TypeORM for nestjs-typeorm: without poolSize, and with the package that has the queue', async () => {
    const on = (engine: Engine, version: string) =>
      textOf('nestjs-typeorm', engine, `${flags} --driver-version ${version}`);
    expect(await on('postgres', '0.3.20')).toMatch(line('max: 3,'));
    expect(await on('postgres', '0.3.20')).not.toContain('poolSize');
    expect(await on('mysql', '0.3.20')).toContain("connectorPackage: 'mysql2'");
    expect(await on('postgres', '1.1')).toMatch(line('poolSize: 3,'));
    expect(await on('mysql', '1.1')).not.toContain('connectorPackage');
  });

  it('is said to change nothing where nothing depends on it, with the versions that were looked at', async () => {
    const { warnings } = await emit('knex', 'postgres', `${flags} --driver-version 0.1`);
    const said = warnings.find(({ code }) => code === 'VERSION_CHANGES_NOTHING');
    expect(said?.message).toContain('Knex on pg: --driver-version 0.1 changes nothing');
    expect(said?.hint).toContain('knex@');
    for (const version of ['6', '7']) {
      const { warnings: others } = await emit('mikro-orm', 'postgres', `${flags} --driver-version ${version}`);
      expect(others.map(({ code }) => code)).not.toContain('VERSION_CHANGES_NOTHING');
    }
  });

  it.each([
    ['prisma', '3', 'There is no snippet for Prisma 3.'],
    ['sequelize', '7', 'The snippet for Sequelize is for version 6, the stable one.'],
    ['nestjs-typeorm', '0.2', 'There is no snippet for TypeORM before 0.3, which has no DataSource.'],
  ])('of %s is refused where it is %s', async (name, version, message) => {
    const refused = await refusal(`emit ${name} --connection-limit 3 --driver-version ${version}`);
    expect(refused).toMatchObject({ exitCode: 2, code: 'INPUT_CONTRADICTION', message });
  });
});

describe('the snippets', () => {
  const flags = '--connection-limit 3 --queue-limit 2 --acquire-timeout 500ms --query-timeout 3s';
  const versions: readonly [name: Name, flags: string][] = [
    ...names.map((name) => [name, ''] as [Name, string]),
    ['prisma', '--driver-version 6'],
    ['mikro-orm', '--driver-version 6'],
    ['nestjs-typeorm', '--driver-version 0.3'],
  ];

  it.each(versions)('have no secret in them: %s %s', async (name, version) => {
    for (const engine of engines) {
      for (const language of ['ts', 'js', 'cjs']) {
        const text = await textOf(name, engine, `${flags} ${version} --lang ${language}`);
        expect(text).not.toMatch(/password: *['"`\w]+ *,/i);
        expect(text).toMatch(
          /password: (?:process\.env\.DB_PASSWORD!?|config\.getOrThrow(?:<string>)?\('DB_PASSWORD'\)),|:\$\{DB_PASSWORD\}@/,
        );
      }
    }
  });

  it.each(versions)('are spaced as they are in TypeScript where types are left out: %s %s', async (name, version) => {
    for (const engine of engines) {
      for (const language of ['js', 'cjs']) {
        const text = await textOf(name, engine, `${flags} ${version} --lang ${language}`);
        expect(text).not.toMatch(/^import .*\n(?!import|\n)|^const .* = require.*\n(?!const .* = require|\n)|\n\n\n/m);
      }
    }
  });

  it.each(names)('are written as CommonJS for %s without an engine', async (name) => {
    const { exitCode, stdout } = await poolctl(`emit ${name} --connection-limit 3 --lang cjs`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("require('");
    expect(stdout).toMatch(/^module\.exports = \{ .* \};$/m);
    expect(stdout).not.toMatch(/^(?:im|ex)port /m);
  });
});
