import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examples } from '../../../src/commands/convert.ts';
import { readers } from '../../../src/declarations/readers/index.ts';
import { poolctl } from '../../helpers/run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'poolctl-convert-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const spring = 'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 20\n      minimum-idle: 5\n';
const files: Readonly<Record<string, string>> = { 'application.yml': spring, 'dbcp.properties': 'maxTotal=20\n' };
for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);

describe('poolctl convert', () => {
  it.each(examples)('has an example that works: %s', async (example) => {
    const [, file, line = ''] = /^(?:cat (\S+) \| )?poolctl (.*)$/.exec(example) ?? [];
    const { exitCode, stderr } = await poolctl(line, { stdin: files[file ?? ''] ?? '' });
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('prints what it found, what has no counterpart, and the snippets', async () => {
    const { stdout } = await poolctl('convert application.yml --to mysql2', { cwd });
    expect(stdout).toContain('HikariCP → mysql2\n');
    expect(stdout).toMatch(/^ {2}connectionLimit\s+20 {3}maximum-pool-size: 20, line 4$/m);
    expect(stdout).toMatch(/^No counterpart\n {2}line {3}setting.*\n {5}5 {3}minimum-idle: 5 {3}It keeps that many/m);
    expect(stdout).toContain(
      '// connectionLimit 20: spring.datasource.hikari.maximum-pool-size of HikariCP, application.yml line 4.',
    );
    const [tables = ''] = stdout.split('── mysql2 ──');
    expect(tables.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows what the driver makes of the pool, and with --explain how that comes about', async () => {
    const line = 'convert application.yml --to mysql2 --engine mysql';
    const { stdout } = await poolctl(line, { cwd });
    expect(stdout).toMatch(
      /^Driver: hikaricp on MySQL\n {2}most sessions on the server +20 {3}of one pool: its limit$/m,
    );
    expect(stdout).toMatch(/^ {2}long after a burst +5 {3}/m);
    expect(stdout).not.toContain('How it was calculated');
    expect((await poolctl(`${line} --explain`, { cwd })).stdout).toContain(
      'most sessions of one pool = connectionLimit',
    );
    const { result } = JSON.parse((await poolctl(`${line} --json`, { cwd })).stdout);
    expect(result.driver).toMatchObject({ name: 'hikaricp', engine: 'mysql', idleAfterBurst: 5 });
  });

  it('answers programs with settings, units and lines, and a warning for each that is dropped', async () => {
    const { stdout } = await poolctl('convert application.yml --to pg,env --json', { cwd });
    const { schema, result, warnings } = JSON.parse(stdout);
    expect(schema).toBe('poolctl.convert/1');
    expect(result).toMatchObject({
      from: { name: 'hikaricp', title: 'HikariCP' },
      settings: { connectionLimit: 20, queueLimit: 0, acquireTimeoutMs: 30_000, connectTimeoutMs: 10_000 },
    });
    expect(result.found[0]).toEqual({
      setting: 'connectionLimit',
      value: 20,
      unit: 'connections',
      from: 'file',
      key: 'spring.datasource.hikari.maximum-pool-size',
      line: 4,
      written: 20,
    });
    expect(result.dropped).toEqual([
      {
        key: 'spring.datasource.hikari.minimum-idle',
        line: 5,
        value: 5,
        did: 'keeps that many connections open',
        why: 'add it by hand: pg min 5; no such setting in env',
      },
    ]);
    expect(result.snippets.map(({ target }: { target: string }) => target)).toEqual(['pg', 'env']);
    expect(warnings[0]).toEqual({
      code: 'SETTING_DROPPED',
      message:
        'application.yml:5: spring.datasource.hikari.minimum-idle is left out. It keeps that many connections open.',
      hint: 'Add it by hand: pg min 5; no such setting in env.',
    });
  });

  it('says what a snippet has in the place of a value that is to be added', async () => {
    const { stdout } = await poolctl('convert application.yml --to mariadb --json', { cwd });
    expect(JSON.parse(stdout).result.dropped[0].why).toBe('add it by hand: mariadb minimumIdle 5 (instead of 1)');
  });

  it('names a setting of the file that the target cannot have', async () => {
    const stdin = '{"connectionLimit": 5, "queueLimit": 7}';
    const { stdout } = await poolctl('convert - --from mysql2 --to hikaricp --json', { stdin });
    expect(JSON.parse(stdout).result.dropped).toEqual([
      {
        key: 'queueLimit',
        line: 1,
        value: 7,
        did: 'limits how many requests wait for a connection',
        why: 'it cannot be had with hikaricp',
      },
    ]);
  });

  it('writes for the engine of the source, where the target talks to it', async () => {
    const stdin = '{"type": "postgres", "poolSize": 5}';
    const { stdout } = await poolctl('convert - --to typeorm,mysql2,hikaricp --json', { stdin });
    const [typeorm, mysql2, hikaricp] = JSON.parse(stdout).result.snippets;
    expect(typeorm.title).toBe('TypeORM on pg');
    expect(mysql2.title).toBe('mysql2');
    expect(hikaricp.text).toContain('jdbc:postgresql:');
    const asked = await poolctl('convert - --to mysql2 --engine postgres', { stdin });
    expect(asked.stderr).toContain('error[INPUT_CONTRADICTION]: mysql2 does not talk to postgres.');
  });

  it('writes CommonJS, and for a version of the driver', async () => {
    const { stdout } = await poolctl('convert application.yml --to mysql2 --lang cjs', { cwd });
    expect(stdout).toContain("require('mysql2/promise')");
    const old = await poolctl('convert application.yml --to django --engine postgres --driver-version 4.2', { cwd });
    expect(old.stdout).toContain('There is no pool');
  });

  it('lists the systems that it reads', async () => {
    const { stdout } = await poolctl('convert --list --json');
    expect(JSON.parse(stdout).result.systems.map(({ name }: { name: string }) => name)).toEqual(Object.keys(readers));
  });

  it.each([
    ['convert', 'USAGE', 'Convert which file?'],
    ['convert application.yml', 'USAGE', 'Convert it to what?'],
    ['convert nowhere.yml --to pg', 'INPUT_UNREADABLE', 'Cannot read nowhere.yml.'],
    ['convert application.yml --to pq', 'VALUE_INVALID', '"pq" is not a target. Did you mean "pg"?'],
    ['convert application.yml --to pg --from hikari', 'VALUE_INVALID', 'Did you mean "hikaricp"?'],
    ['convert application.yml --to pg --from pgbouncer', 'INPUT_INVALID', 'application.yml:1: '],
    ['convert dbcp.properties --to pg --from hikaricp', 'INPUT_INVALID', 'there is no setting of HikariCP in it.'],
    ['convert application.yml --to proxysql --driver-version x', 'VALUE_INVALID', 'is not a version'],
  ])('%s is refused with %s', async (line, code, message) => {
    const { stderr, exitCode } = await poolctl(line, { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error[${code}]: `);
    expect(stderr).toContain(message);
  });
});
