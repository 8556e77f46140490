import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { targets } from '../../src/emit/targets/index.ts';
import { poolctl } from '../helpers/run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'poolctl-emit-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const names = Object.keys(targets);
/** A value that never came, or a mark of the templates. */
/** A type and a variable that is emptied are meant. */
const broken = /(?<!\b(?:client|pool) ?)[:=] ?undefined\b[,;\n]|NaN|\[object|[⟨⟩⟦]/;

describe('emit', () => {
  it.each(names)('writes %s from flags, without a literal secret', async (name) => {
    const flags = '--connection-limit 5 --queue-limit 2 --acquire-timeout 2s --query-timeout 2s --json';
    const { stdout, exitCode } = await poolctl(`emit ${name} ${flags}`, { env: { DB_PASSWORD: 'canary-in-env' } });
    expect(exitCode).toBe(0);
    const { schema, result } = JSON.parse(stdout);
    expect(schema).toBe('poolctl.emit/1');
    expect(result.snippets[0].text.length).toBeGreaterThan(40);
    expect(result.snippets[0].text).not.toMatch(broken);
    expect(stdout).not.toContain('canary-in-env');
  });

  it.each(names)('is right for %s at the edges, or says why it cannot be had', async (name) => {
    const { stdout, stderr, exitCode } = await poolctl(
      `emit ${name} --connection-limit 1 --queue-limit 0 --acquire-timeout 0`,
    );
    if (exitCode === 0) expect(stdout).not.toMatch(broken);
    else expect(stderr).toMatch(/^error\[INPUT_CONTRADICTION\]: .+\n {2}hint: .+\n$/);
  });

  it('takes the answer of size, by file and by pipe, and carries its reasons', async () => {
    const { stdout: sized } = await poolctl('size --tps 200 --p95 300 --json');
    writeFileSync(join(cwd, 'size.json'), sized);
    const byFile = await poolctl('emit mysql2 --from size.json', { cwd });
    const byPipe = await poolctl('emit mysql2 --from -', { stdin: sized });
    expect(byFile.stdout).toContain('// connectionLimit 90: 200 TPS x 300 ms (p95) = 60 connections');
    expect(byFile.stdout).toContain('connectionLimit: 90,');
    expect(byPipe.stdout).toBe(byFile.stdout);
    const direct = await poolctl('size --tps 200 --p95 300 --emit mysql2 --json');
    const piped = await poolctl('emit mysql2 --from - --json', { stdin: sized });
    expect(JSON.parse(piped.stdout).result.snippets).toEqual(JSON.parse(direct.stdout).result.snippets);
  });

  it.each([
    ['emit', 'USAGE'],
    ['emit mysql3 --connection-limit 3', 'VALUE_INVALID'],
    ['emit pg', 'INPUT_MISSING'],
    ['emit pg --connection-limit 0', 'VALUE_INVALID'],
    ['emit pg --connection-limit 3 --engine mysql', 'INPUT_CONTRADICTION'],
    ['emit pg --connection-limit 3 --lang coffee', 'VALUE_INVALID'],
    ['emit pg --connection-limit 3 --driver-version latest', 'VALUE_INVALID'],
    ['emit pg --from nowhere.json', 'INPUT_UNREADABLE'],
    ['emit pg --from size.json --connection-limit 3', 'INPUT_CONTRADICTION'],
    ['emit pg,mysql2 --connection-limit 3 --write x.ts', 'INPUT_CONTRADICTION'],
  ])('%s is refused with %s', async (line, code) => {
    const { stderr, exitCode } = await poolctl(line, { cwd });
    expect(stderr).toMatch(new RegExp(`^error\\[${code}\\]: .+`));
    expect(exitCode).toBe(2);
  });

  it('refuses a file that is no answer of size, with the key that is missing', async () => {
    for (const [text, why] of [
      ['{', 'this is not JSON'],
      ['{"schema":"poolctl.size/2"}', 'schema is not what it should be'],
      ['{"schema":"poolctl.size/1","result":{}}', 'result.connectionLimit is missing'],
    ]) {
      const { stderr, exitCode } = await poolctl('emit pg --from -', { stdin: text ?? '' });
      expect(stderr).toContain(why);
      expect(exitCode).toBe(2);
    }
  });

  it('lists every target with what its driver lacks', async () => {
    const { stdout } = await poolctl('emit --list --json');
    const { result } = JSON.parse(stdout);
    expect(new Set(result.targets.map(({ name }: { name: string }) => name))).toEqual(new Set(names));
    const mysql2 = result.targets.find(({ name }: { name: string }) => name === 'mysql2');
    expect(mysql2.lacks.map(({ setting }: { setting: string }) => setting)).toEqual(['acquireTimeout', 'queryTimeout']);
  });
});

describe('emit --write', () => {
  const env = 'emit env --connection-limit 36 --queue-limit 20 --acquire-timeout 2880ms';

  it('makes a new file of the snippet, after showing what comes', async () => {
    const { stdout } = await poolctl('emit pg --connection-limit 9 --write pool.ts', { cwd });
    expect(stdout).toContain('pool.ts: written');
    expect(stdout).toContain('+  max: 9,');
    expect(readFileSync(join(cwd, 'pool.ts'), 'utf8')).toContain('max: 9,');
  });

  it('does not guess where code belongs, and leaves the file alone', async () => {
    const file = join(cwd, 'mine.ts');
    writeFileSync(file, 'mine();\n');
    const { stderr, exitCode } = await poolctl('emit pg --connection-limit 9 --write mine.ts', { cwd });
    expect([exitCode, readFileSync(file, 'utf8')]).toEqual([2, 'mine();\n']);
    expect(stderr).toContain('not for poolctl to guess');
  });

  it('changes settings where they stand in a file of settings, and only shows that with --dry-run', async () => {
    const file = join(cwd, '.env');
    await poolctl(`${env} --write .env`, { cwd });
    const [key = ''] = /^\w+CONNECTION_LIMIT/m.exec(readFileSync(file, 'utf8')) ?? [];
    expect(key).not.toBe('');
    const mine = `# mine\nSECRET=canary\n${key}=10\n`;
    writeFileSync(file, mine);
    const dry = await poolctl(`${env} --write .env --dry-run`, { cwd });
    expect(dry.stdout).toContain(`-${key}=10\n+${key}=36`);
    expect(readFileSync(file, 'utf8')).toBe(mine);
    await poolctl(`${env} --write .env`, { cwd });
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^# mine\\nSECRET=canary\\n${key}=36\\n`));
    expect((await poolctl(`${env} --write .env`, { cwd })).stdout).toContain('has it already');
  });

  it('asks for no engine once the file that it made tells it', async () => {
    const emit = 'emit hikaricp --connection-limit 9 --write made.yml --json';
    const codes = async (line: string) =>
      JSON.parse((await poolctl(line, { cwd })).stdout).warnings.map(({ code }: { code: string }) => code);
    expect(await codes(emit)).toContain('ENGINE_ASSUMED');
    expect(await codes(emit)).toEqual([]);
    expect(await codes(`${emit} --connect-timeout 5s`)).toEqual(['DRIVER_LACKS_OPTION']);
    expect(readFileSync(join(cwd, 'made.yml'), 'utf8')).toContain('connectTimeout: 5000 #');
  });

  it('puts only what was given into a file that has settings of its own, for the server that it speaks of', async () => {
    const file = join(cwd, 'pgp.properties');
    const hikari = 'spring.datasource.hikari';
    const mine = `spring.datasource.url=jdbc:postgresql://h/db\r\n${hikari}.maximum-pool-size=33\r\n${hikari}.connection-timeout=2000\r\n`;
    const emit = 'emit hikaricp-properties --connection-limit 12 --write pgp.properties';
    writeFileSync(file, mine);
    await poolctl(emit, { cwd });
    expect(readFileSync(file, 'utf8')).toBe(mine.replace('33', '12'));
    const { stdout } = await poolctl(emit, { cwd, env: { POOLCTL_CONNECT_TIMEOUT: '5s' } });
    expect(readFileSync(file, 'utf8')).toBe(
      `${mine.replace('33', '12')}${hikari}.data-source-properties.connectTimeout=5\r\n`,
    );
    expect(stdout).toMatch(/^pgp.properties: written, for PostgreSQL \(spring\.datasource\.url in line 1\)\n/);
  });

  it('puts all settings of an answer of size into a file', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --json');
    const file = join(cwd, 'sized.env');
    writeFileSync(file, 'DB_POOL_CONNECTION_LIMIT=1\n');
    await poolctl('emit env --from - --write sized.env', { cwd, stdin: stdout });
    expect(readFileSync(file, 'utf8')).toBe(
      'DB_POOL_CONNECTION_LIMIT=90\nDB_POOL_QUEUE_LIMIT=50\nDB_POOL_ACQUIRE_TIMEOUT_MS=30000\nDB_POOL_CONNECT_TIMEOUT_MS=10000\n',
    );
  });

  it.each([
    ['names the server that the file is for', '--engine mysql', 'INPUT_CONTRADICTION', 'is for PostgreSQL'],
    ['does not tell the engine', '--connect-timeout 5s', 'INPUT_MISSING', '--engine'],
  ])('is refused where it %s', async (_when, flag, code, words) => {
    writeFileSync(join(cwd, 'a.properties'), code === 'INPUT_MISSING' ? 'a=1\n' : 'url=jdbc:postgresql://h/db\n');
    const { stderr, exitCode } = await poolctl(`emit dbcp2 --connection-limit 3 ${flag} --write a.properties`, { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`error[${code}]`)]);
    expect(stderr).toContain(words);
  });

  it.each([
    ['hikaricp', 'x.properties', '`poolctl emit hikaricp-properties` writes such files.'],
    ['hikaricp-properties', 'x.yml', '`poolctl emit hikaricp` writes such files.'],
    ['env', 'x.yaml', 'Name another file.'],
  ])('%s does not go into %s', async (name, file, hint) => {
    const { stderr, exitCode } = await poolctl(`emit ${name} --connection-limit 3 --write ${file}`, { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(hint)]);
  });

  it('says so when the file cannot be written', async () => {
    const { stderr, exitCode } = await poolctl('emit pg --connection-limit 9 --write no/such/pool.ts', { cwd });
    expect(stderr).toContain('error[OUTPUT_UNWRITABLE]');
    expect(exitCode).toBe(3);
  });
});

describe('emit --check', () => {
  const check = async (line: string) => {
    const { stdout, stderr, exitCode } = await poolctl(`${line} --json`, { cwd });
    const { schema, result, error } = JSON.parse(stdout);
    return { exitCode, schema, result, said: JSON.stringify(error) + stderr };
  };
  const settings = '--connection-limit 9 --queue-limit 4 --acquire-timeout 5s';

  it.each([
    ['pg', 'check.ts'],
    ['mysql2', 'check.cjs'],
    ['sqlalchemy', 'check.py'],
    ['go', 'check.go'],
    ['hikaricp', 'check.yml'],
    ['pgbouncer', 'check.ini'],
    ['env', 'check.env'],
  ])('%s: what emit writes has the answer, and another answer differs by setting', async (name, file) => {
    const lang = file.endsWith('.cjs') ? '--lang cjs' : '';
    const { stdout } = await poolctl(`emit ${name} ${settings} ${lang} --json`);
    writeFileSync(join(cwd, file), JSON.parse(stdout).result.snippets[0].text);
    const same = await check(`emit ${name} ${settings} --check ${file}`);
    expect(same).toMatchObject({ exitCode: 0, schema: 'poolctl.emit-check/1', result: { matches: true } });
    const other = await check(`emit ${name} ${settings} --connection-limit 12 --check ${file}`);
    expect(other.exitCode).toBe(1);
    // What PgBouncer lets wait follows from both.
    expect(other.result.differences.map(({ setting }: { setting: string }) => setting)).toContain('connectionLimit');
    expect(other.result.differences[0]).toMatchObject({ line: expect.any(Number) });
  });

  it('compares only what was given, and leaves the file alone', async () => {
    const text = 'DB_POOL_CONNECTION_LIMIT=9\nDB_POOL_ACQUIRE_TIMEOUT_MS=1000\n';
    writeFileSync(join(cwd, 'given.env'), text);
    expect((await check('emit env --connection-limit 9 --check given.env')).exitCode).toBe(0);
    const { result } = await check('emit env --connection-limit 9 --acquire-timeout 2s --check given.env');
    expect(result.differences).toEqual([
      { setting: 'acquireTimeoutMs', key: 'DB_POOL_ACQUIRE_TIMEOUT_MS', line: 2, inFile: 1000, answer: 2000 },
    ]);
    expect(readFileSync(join(cwd, 'given.env'), 'utf8')).toBe(text);
  });

  it('takes the answer of size', async () => {
    writeFileSync(join(cwd, 'answer.json'), (await poolctl('size --tps 200 --p95 300 --json')).stdout);
    await poolctl('emit pg --from answer.json --write sized.ts', { cwd });
    expect((await check('emit pg --from answer.json --check sized.ts')).exitCode).toBe(0);
    writeFileSync(join(cwd, 'answer.json'), (await poolctl('size --tps 100 --p95 300 --json')).stdout);
    expect((await check('emit pg --from answer.json --check sized.ts')).exitCode).toBe(1);
  });

  it('chooses one of several pools by --at, and says of what is unknown that it cannot be told', async () => {
    const pools =
      'export const a = new pg.Pool({ max: 5 });\nexport const b = new pg.Pool({ max: Number(process.env.X) });';
    writeFileSync(join(cwd, 'two.ts'), `import pg from 'pg';\n${pools}\n`);
    const emit = 'emit pg --connection-limit 5 --check two.ts';
    expect(await check(emit)).toMatchObject({ exitCode: 2, said: expect.stringContaining('Choose with --at') });
    expect((await check(`${emit} --at a`)).exitCode).toBe(0);
    const unknown = await check(`${emit} --at b`);
    expect(unknown).toMatchObject({ exitCode: 1, result: { differences: [], same: [], matches: false } });
    expect(unknown.result.untold).toMatchObject([{ setting: 'connectionLimit' }]);
  });

  it('says which variable decides where the file has a reference', async () => {
    const key = 'spring.datasource.hikari.maximum-pool-size';
    writeFileSync(join(cwd, 'ref.properties'), `${key}=\${POOL_MAX:20}\n`);
    const emit = 'emit hikaricp-properties --check ref.properties';
    const equal = await check(`${emit} --connection-limit 20`);
    expect(equal.result).toMatchObject({ differences: [], untold: [{ why: 'POOL_MAX decides where it is set' }] });
    const other = await check(`${emit} --connection-limit 30`);
    expect(other.result.differences).toMatchObject([
      { key, line: 1, inFile: expect.stringContaining('POOL_MAX:20'), answer: 30 },
    ]);
  });

  it('prints no text that stands where a number should', async () => {
    writeFileSync(join(cwd, 'secret.env'), 'DB_POOL_CONNECTION_LIMIT=canary-secret\n');
    const { stdout, exitCode } = await poolctl('emit env --connection-limit 9 --check secret.env', { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('canary');
  });

  it('does not go with --write', async () => {
    const { exitCode, said } = await check('emit env --connection-limit 9 --check a --write b');
    expect([exitCode, said]).toEqual([2, expect.stringContaining('cannot both be given')]);
  });
});
