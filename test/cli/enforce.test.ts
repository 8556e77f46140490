import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { poolctl } from '../helpers/run.ts';

const root = mkdtempSync(join(tmpdir(), 'poolctl-enforce-'));
let cwd = root;
let count = 0;
beforeEach(() => {
  cwd = join(root, String(count++));
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'fleet.yaml'), fleet);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fleet = `
servers:
  orders: {engine: postgres, maxConnections: 60, budget: required, roles: {app: 40}}
  catalog: {engine: mariadb, maxConnections: 60}
services:
  web:
    role: app
    platform: Deployment
    instances: {normal: 2, max: 4, surge: 1}
    pools: [{to: orders, connectionLimit: 5}, {to: catalog, connectionLimit: 2}]
  search: {instances: {normal: 2}, pools: [{to: catalog, connectionLimit: 5}]}
`;
const run = (line: string) => poolctl(`fleet ${line}`, { cwd });
const found = () =>
  readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .sort();

describe('fleet --enforce', () => {
  it('prints the files, each below its name, and says on stderr what they leave out', async () => {
    const { stdout, stderr, exitCode } = await run('--enforce sql');
    expect(exitCode).toBe(0);
    expect([...stdout.matchAll(/^==> (.*) <==$/gm)].map(([, name]) => name)).toEqual(
      ['catalog', 'orders'].flatMap((name) => ['.save', '', '.rollback'].map((kind) => `sql/${name}${kind}.sql`)),
    );
    expect(stdout).toContain('ALTER ROLE "app" CONNECTION LIMIT 25; -- web\n');
    expect(stdout).toContain('ALTER USER `app`@`%` WITH MAX_USER_CONNECTIONS 10; -- web\n');
    expect(stdout).toContain('ALTER ROLE "app" CONNECTION LIMIT 40;');
    expect(stderr).toContain('sql: catalog: no role is known of search');
    expect(found()).toEqual(['fleet.yaml']);
  });

  it('prints one file as it is, of one server', async () => {
    const { stdout } = await run('--enforce startup-check --server orders');
    expect(stdout).toMatch(/^\/\/ Written by poolctl fleet from fleet\.yaml\. web on orders: 25 = /);
  });

  it('writes the files of several places into a folder, beside the answer', async () => {
    const { stdout, stderr } = await run('--enforce sql,admission-policy --enforce-into out --server orders');
    expect(stdout).toContain('orders: 25 of 40 connections');
    expect(stderr).toContain('Wrote 6 files to out.');
    expect(found()).toEqual(
      [
        'fleet.yaml',
        ...['1-quotas', '2-policies', '3-bindings'].map((name) => `out/admission-policy/${name}.yaml`),
        ...['orders.rollback', 'orders.save', 'orders'].map((name) => `out/sql/${name}.sql`),
      ].sort(),
    );
    expect(readFileSync(join(cwd, 'out/admission-policy/1-quotas.yaml'), 'utf8')).toContain('Deployment.web: "4+1"');
  });

  it('writes all of them or none', async () => {
    mkdirSync(join(cwd, 'out/sql/orders.rollback.sql'), { recursive: true });
    const { stderr, exitCode } = await run('--enforce sql --enforce-into out --server orders');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error[OUTPUT_UNWRITABLE]: Cannot write what enforces the quotas to out/');
    expect(found().filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(existsSync(join(cwd, 'out/sql/orders.sql'))).toBe(false);
  });

  it('ends where there can be no folder', async () => {
    const { stderr, exitCode } = await run('--enforce sql --enforce-into /proc --server orders');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Cannot write what enforces the quotas to /proc/sql/');
  });

  it.each([
    ['--enforce slq', '--enforce "slq" is no place to enforce a budget. Did you mean "sql"?'],
    ['--enforce-into out', '--enforce-into out is given, but no --enforce.'],
    ['--enforce sql --format markdown', '--enforce and --format would both write to stdout.'],
  ])('refuses %s', async (line, said) => {
    const { stdout, stderr, exitCode } = await run(line);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(said);
  });

  it('says so where nothing is known that could be enforced', async () => {
    writeFileSync(join(cwd, 'fleet.yaml'), 'servers: {orders: {engine: postgres, maxConnections: 60}}\nservices: {}\n');
    expect((await run('--enforce sql')).stderr).toContain('There is no quota to enforce');
  });
});
