import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { emitSnippets } from '../../../src/emit/run.ts';
import { poolctl } from '../../helpers/run.ts';

const targets = ['mysql', 'mariadb', 'postgres', 'generic-pool', 'tarn'];
const edge = '--connection-limit 1 --queue-limit 0 --acquire-timeout 0';

async function emit(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await poolctl(`emit ${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout).result.snippets[0].text;
}

async function refusal(line: string): Promise<string> {
  const { exitCode, stdout } = await poolctl(`emit ${line} --json`);
  expect(exitCode).toBe(2);
  return JSON.parse(stdout).error.code;
}

describe.each(targets)('the snippet for %s', (target) => {
  it('is CommonJS on demand', async () => {
    const text = await emit(`${target} --connection-limit 3 --lang cjs`);
    expect(() => new Script(text)).not.toThrow();
    expect(text).toMatch(/module\.exports = \{ (pool|sql) \};\n$/);
  });

  it('has no password in it, only where to read it', async () => {
    for (const engine of ['mysql', 'mariadb', 'postgres']) {
      const { exitCode, stdout } = await poolctl(`emit ${target} --connection-limit 3 --engine ${engine} --json`);
      if (exitCode !== 0) continue;
      const { text } = JSON.parse(stdout).result.snippets[0];
      const given = [...text.matchAll(/\bpass\w*['"]?\s*[:=]\s*(.*)/gi)].map(([, value]) => value);
      expect(given).toEqual(['process.env.DB_PASSWORD!,']);
    }
  });

  it('keeps to its lines, and has no marks of types left in any language', async () => {
    for (const language of ['ts', 'js', 'cjs']) {
      const text = await emit(`${target} --connection-limit 3 --queue-limit 2 --query-timeout 1s --lang ${language}`);
      expect(text).not.toMatch(/[⟨⟩⟦⟧]|undefined,|NaN/);
      expect(text.split('\n').filter((line) => line.length > 120 || line.endsWith(' '))).toEqual([]);
    }
  });

  it('has no wrapper where nothing is to be bounded', async () => {
    expect(await emit(`${target} ${edge}`)).not.toMatch(/function (bound|takeTurns)/);
  });
});

describe('no limit', () => {
  it.each([
    ['mysql', 'queueLimit: 0, // 0: any number of requests may wait'],
    ['mariadb', 'acquireTimeout: 2_147_483_647,'], // 0 would fail at once
    ['postgres', 'max: 1,'],
    ['generic-pool', 'max: 1,'],
    ['tarn', 'acquireTimeoutMillis: 2_147_483_647,'], // 0 throws, and without it are 30 s
  ])('%s waits without an end for its only connection', async (target, line) => {
    const text = await emit(`${target} ${edge}`);
    expect(text).toContain(line);
    expect(text).not.toMatch(/acquireTimeout(Millis)?: 0|maxWaitingClients: 0/);
  });

  it('generic-pool has no acquire timeout then, because it takes none for 0', async () => {
    expect(await emit(`generic-pool ${edge}`)).not.toContain('acquireTimeoutMillis');
  });
});

describe('one bound without the other', () => {
  it('postgres.js counts the queue and sets no timer', async () => {
    const text = await emit('postgres --connection-limit 3 --queue-limit 2 --acquire-timeout 0');
    expect(text).toContain('queueLimit: 2,');
    expect(text).not.toMatch(/setTimeout|acquireTimeoutMs/);
  });

  it('postgres.js sets a timer and counts no queue', async () => {
    const text = await emit('postgres --connection-limit 3 --queue-limit 0 --acquire-timeout 500ms');
    expect(text).toContain('acquireTimeoutMs: 500,');
    expect(text).not.toContain('queueLimit');
  });

  it.each(['mariadb', 'generic-pool', 'tarn'])('%s has its own timeout with no queue to count', async (target) => {
    const text = await emit(`${target} --connection-limit 3 --queue-limit 0 --acquire-timeout 500ms`);
    expect(text).toMatch(/acquireTimeout(Millis)?: 500, \/\/ ms/);
    expect(text).not.toContain('boundQueue');
  });

  it('mysqljs has its own queue limit with no wait to bound', async () => {
    const text = await emit('mysql --connection-limit 3 --queue-limit 2 --acquire-timeout 0');
    expect(text).toContain('queueLimit: 2, // waiting requests; one more is refused');
    expect(text).not.toContain('boundAcquire');
  });
});

describe('units', () => {
  it('postgres.js connects within seconds and stops statements after milliseconds', async () => {
    const text = await emit('postgres --connection-limit 3 --connect-timeout 1500ms --query-timeout 300ms');
    expect(text).toContain('connect_timeout: 1.5, // s');
    expect(text).toContain('statement_timeout: 300, // ms');
  });

  it('a session of MariaDB takes seconds, one of MySQL milliseconds', async () => {
    const flags = '--connection-limit 3 --query-timeout 300ms';
    for (const target of ['mysql', 'generic-pool', 'tarn']) {
      expect(await emit(`${target} ${flags} --engine mariadb`)).toContain('SET SESSION max_statement_time = 0.3');
      expect(await emit(`${target} ${flags} --engine mysql`)).toContain('SET SESSION max_execution_time = 300');
    }
  });

  it('mariadb gives its query timeout to MariaDB, and MySQL what MySQL knows', async () => {
    const onMariadb = await emit('mariadb --connection-limit 3 --query-timeout 300ms');
    expect(onMariadb).toContain('queryTimeout: 300, // ms');
    const onMysql = await emit('mariadb --connection-limit 3 --query-timeout 300ms --engine mysql');
    expect(onMysql).toContain("initSql: 'SET SESSION max_execution_time = 300', // ms");
    expect(onMysql).not.toContain('sessionVariables'); // with resetAfterUse they hold for the first checkout only
    expect(onMysql).not.toContain('queryTimeout');
  });

  it('mariadb says that it connects within the acquire timeout at most', async () => {
    const text = await emit('mariadb --connection-limit 3 --acquire-timeout 500ms --connect-timeout 2s');
    expect(text).toContain('connectTimeout: 500, // ms; mariadb lets it be no more than acquireTimeout');
    expect(await emit('mariadb --connection-limit 3 --connect-timeout 2s')).toContain('connectTimeout: 2_000, // ms\n');
  });

  it('tarn lets a connection take as long to open as it may take to connect', async () => {
    expect(await emit('tarn --connection-limit 3 --connect-timeout 10s')).not.toContain('createTimeoutMillis');
    expect(await emit('tarn --connection-limit 3 --connect-timeout 60s')).toContain('createTimeoutMillis: 65_000,');
    const longest = await emit('tarn --connection-limit 3 --connect-timeout 2147483647ms');
    expect(longest).toContain('createTimeoutMillis: 2_147_483_647,');
  });

  it('tarn has whole milliseconds, as it takes no others', async () => {
    const text = await emit('tarn --connection-limit 3 --acquire-timeout 1.5ms');
    expect(text).toContain('acquireTimeoutMillis: 2,');
  });
});

describe('engines', () => {
  it.each(['mariadb', 'prisma'])('%s opens at the start what the load has in use, and never none', async (target) => {
    const settings = { connectionLimit: 30, queueLimit: 0, acquireTimeoutMs: 1_000, connectTimeoutMs: 1_000 };
    const least = async (inUse?: number) => {
      const request = { names: [target], settings, why: [], engine: 'mariadb' as const, inUse };
      const { snippets } = await emitSnippets(request);
      return /minimumIdle: (\d+),/.exec(snippets[0]?.text ?? '')?.[1];
    };
    expect(await Promise.all([least(), least(0.2), least(20.1), least(40)])).toEqual(['1', '1', '21', '30']);
  });

  it('mariadb may log in to MySQL without TLS', async () => {
    expect(await emit('mariadb --connection-limit 3 --engine mysql')).toContain('allowPublicKeyRetrieval: true,');
    expect(await emit('mariadb --connection-limit 3')).not.toContain('allowPublicKeyRetrieval');
  });

  it('mysqljs says which MySQL it cannot log in to', async () => {
    expect(await emit('mysql --connection-limit 3 --engine mysql')).toContain('mysql_native_password');
    expect(await emit('mysql --connection-limit 3 --engine mariadb')).not.toContain('mysql_native_password');
  });

  it.each(['generic-pool', 'tarn'])('%s is over pg for PostgreSQL and over mysql2 for the others', async (target) => {
    expect(await emit(`${target} --connection-limit 3 --engine postgres`)).toContain("from 'pg'");
    expect(await emit(`${target} --connection-limit 3 --engine mysql`)).toContain("from 'mysql2/promise'");
    expect(await emit(`${target} --connection-limit 3 --engine mariadb`)).toContain("from 'mysql2/promise'");
  });
});

describe('--driver-version', () => {
  const flags = '--connection-limit 3 --queue-limit 2';

  it('leaves importFile of mariadb alone before 3.2, which had none', async () => {
    expect(await emit(`mariadb ${flags} --driver-version 3.1`)).not.toContain('importFile');
    expect(await emit(`mariadb ${flags} --driver-version 3.2`)).toContain("'importFile'");
    expect(await emit(`mariadb ${flags} --driver-version 4`)).toContain("'importFile'");
    expect(await emit(`mariadb ${flags}`)).toContain("'importFile'");
  });

  it('leaves reserve() of postgres.js alone before 3.4, which had none', async () => {
    expect(await emit(`postgres ${flags} --driver-version 3.3`)).not.toContain('reserve');
    expect(await emit(`postgres ${flags} --driver-version 3.4`)).toContain('sql.reserve()');
    expect(await emit(`postgres ${flags} --driver-version 4.0`)).toContain('sql.reserve()');
    expect(await emit(`postgres ${flags}`)).toContain('sql.reserve()');
  });

  it.each(['mariadb', 'postgres', 'generic-pool'])(
    'refuses version 2 of %s, which the snippet does not fit',
    async (target) => {
      expect(await refusal(`${target} ${flags} --driver-version 2.5`)).toBe('INPUT_CONTRADICTION');
    },
  );
});

describe('what the driver lacks', () => {
  it.each([
    ['mysql', ['acquire timeout', 'query timeout of the pool']],
    ['mariadb', ['queue limit']],
    ['postgres', ['queue limit', 'acquire timeout']],
    ['generic-pool', ['connect timeout', 'query timeout of the pool']],
    ['tarn', ['queue limit', 'query timeout of the pool']],
  ])('%s is warned of, with what the snippet does about it', async (target, lacks) => {
    const { stdout } = await poolctl(`emit ${target} --connection-limit 3 --queue-limit 2 --query-timeout 1s --json`);
    const { warnings } = JSON.parse(stdout) as { warnings: { code: string; message: string; hint: string }[] };
    const said = warnings.filter(({ code }) => code === 'DRIVER_LACKS_OPTION');
    expect(said.map(({ message }) => / has no (.*?):/.exec(message)?.[1])).toEqual(lacks);
    expect(said.map(({ hint }) => hint).join()).not.toContain('cannot be had');
  });
});
