import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { poolctl } from '../helpers/run.ts';

const root = mkdtempSync(join(tmpdir(), 'poolctl-fleet-'));
let cwd = root;
let count = 0;
beforeEach(() => {
  cwd = join(root, String(count++));
  mkdirSync(cwd);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(cwd, name)), { recursive: true });
  writeFileSync(join(cwd, name), text);
}
const run = (line: string) => poolctl(`fleet ${line}`, { cwd });
const result = async (line = '') => JSON.parse((await run(`${line} --json`)).stdout).result;

/** Two servers: `orders` takes 60 of 57 in the worst minute, `catalog` 15 of 97. */
const fleet = (orders = 'budget: required') => `
servers:
  orders: {engine: postgres, maxConnections: 60, ${orders}}
  catalog: {engine: postgres, maxConnections: 100, budget: required}
services:
  web:
    instances: {normal: 4, max: 5, surge: 1}
    pools: [{to: orders, connectionLimit: 10}]
  search:
    instances: {normal: 2, surge: 1}
    pools: [{to: catalog, connectionLimit: 5}]
`;

describe('settings that fit', () => {
  it('are compared with the pool that is set, without what an instance has beside it', async () => {
    put(
      'fleet.yaml',
      'servers: {orders: {engine: postgres, maxConnections: 100}}\nservices:\n  api: {instances: {normal: 2, surge: 1}, pools: [{to: orders, connectionLimit: 3, load: {totalTps: 10, p95: 50ms}}], extras: {perInstance: {health: 1}}}\n  old: {instances: {normal: 2}, pools: [{to: orders, connectionLimit: 5}], extras: {perInstance: {health: 1}}}\n',
    );
    const { stdout } = await run('');
    expect(stdout).toMatch(/^ {2}api {3}3 → 2 /m);
    expect(stdout).toMatch(/^ {2}old {7}5 .* as declared$/m);
    expect((await result()).services).toMatchObject([{ outside: 1 }, { outside: 1 }]);
  });
});

describe('the exit code of fleet', () => {
  it('is 1 where a server is over a budget that is declared, and 0 where none is', async () => {
    put('fleet.yaml', fleet());
    const over = await run('');
    expect(over.exitCode).toBe(1);
    expect(over.stdout).toContain('orders: 60 of 57 connections in the worst minute: 3 too many.');
    put('fleet.yaml', fleet('budget: report'));
    const told = await run('');
    expect(told.exitCode).toBe(0);
    expect(told.stdout).toContain('orders: 60 of 57 connections in the worst minute: 3 too many.');
  });

  it('is by the named server alone with --server', async () => {
    put('fleet.yaml', fleet());
    const { exitCode, stdout } = await run('--server catalog');
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('orders');
    expect((await run('--server orders')).exitCode).toBe(1);
  });

  it('is 0 where parts are unknown, and 1 with --strict', async () => {
    put(
      'compose.yaml',
      'services:\n  web:\n    image: web\n    environment: {PGHOST: orders, PG_POOL_MAX: "${SIZE}"}\n',
    );
    put(
      'fleet.yaml',
      'servers: {orders: {engine: postgres, maxConnections: 60, budget: required}}\nservices: {web: {pools: [{to: orders, variable: PG_POOL_MAX}]}}\n',
    );
    const lax = await run('');
    expect(lax.stdout).toContain('? orders: at least 1 of 57 connections');
    expect(lax.exitCode).toBe(0);
    expect((await run('--strict')).exitCode).toBe(1);
  });
});

describe('fleet', () => {
  it('finds the files of this folder, and takes paths', async () => {
    put('platform/fleet.yaml', fleet());
    put('fleet.yaml', fleet('budget: report'));
    expect((await result()).servers.map(({ isBudgeted }: { isBudgeted: boolean }) => isBudgeted)).toContain(false);
    expect((await run('platform')).exitCode).toBe(1);
  });

  it('writes what each service takes and what fits as JSON, without a null', async () => {
    put('fleet.yaml', fleet());
    const { stdout } = await run('--json');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'poolctl.fleet/1', warnings: [] });
    expect(stdout).not.toMatch(/null|NaN/);
    const { servers, services } = JSON.parse(stdout).result;
    const [orders] = servers.filter(({ name }: { name: string }) => name === 'orders');
    expect(orders).toMatchObject({
      usable: 57,
      left: -3,
      fits: 'no',
      worstMinute: { connections: 60, rolling: ['web'] },
    });
    const [web] = services.filter(({ name }: { name: string }) => name === 'web');
    expect(web).toMatchObject({ server: 'orders', largestPool: 9, mostInstances: 4, settings: { connectionLimit: 9 } });
  });

  it('documents every key of its JSON', async () => {
    put('fleet.yaml', fleet());
    const docs = readFileSync(new URL('../../docs/fleet.md', import.meta.url), 'utf8');
    const { servers, services, findings } = await result();
    const keys = [...servers, ...services, ...findings].flatMap((row: object) => Object.keys(row));
    expect([...new Set(keys)].filter((key) => !new RegExp(`\`${key}(?:\`|\\[|\\.)|\\.${key}\``).test(docs))).toEqual(
      [],
    );
  });

  it('writes the page beside the table with --html, and alone with -o', async () => {
    put('fleet.yaml', fleet());
    const { stdout } = await run('--html page.html');
    expect(stdout).toContain('orders needs 60 of 57');
    await run('-o alone.html');
    expect(readFileSync(join(cwd, 'alone.html'), 'utf8')).toBe(readFileSync(join(cwd, 'page.html'), 'utf8'));
  });

  it('writes nothing where a file is wrong, and says where and what to do', async () => {
    put('fleet.yaml', fleet().replace('to: catalog', 'to: catalogue'));
    const { stdout, stderr, exitCode } = await run('--html page.html');
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('fleet.yaml:11');
    expect(stderr).toContain('"catalog"');
    expect(existsSync(join(cwd, 'page.html'))).toBe(false);
  });

  it('knows what servers there are', async () => {
    put('fleet.yaml', fleet());
    const { stderr, exitCode } = await run('--server order');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--server "order" is no server of this fleet. Did you mean "orders"?');
  });

  it.each(['', '--json', '--format markdown', '--format html', '--all'])(
    'shows no secret of a manifest: %s',
    async (format) => {
      const url = 'postgres://web:hunter2@orders/shop?connection_limit=10&sslpassword=hunter2';
      put(
        'compose.yaml',
        `services:\n  web:\n    image: web\n    environment: {DATABASE_URL: "${url}", API_KEY: hunter2}\n`,
      );
      put('fleet.yaml', 'servers: {orders: {engine: postgres, maxConnections: 60}}\n');
      const { stdout, stderr } = await run(format);
      expect(stdout + stderr).toContain('orders');
      expect(stdout + stderr).not.toContain('hunter2');
    },
  );
});

describe('what fleet enforces where sizes have to change', () => {
  it('is said to fit, with the worst minute of these sizes, as the table says', async () => {
    const load = (totalTps: number) => `{to: db, load: {totalTps: ${totalTps}, p95: 50ms}}`;
    put(
      'fleet.yaml',
      `servers: {db: {engine: postgres, maxConnections: 60, budget: required}}
services:
  a: {instances: {normal: 3, surge: 1}, pools: [${load(300)}]}
  b: {instances: {normal: 3, surge: 1}, pools: [${load(600)}]}
`,
    );
    const { servers } = await result();
    const { stdout } = await run('--enforce sql');
    expect(servers[0].settings.worst).toBeLessThanOrEqual(57);
    expect(stdout).toContain(`as the fleet does it, the worst minute has ${servers[0].settings.worst}.`);
    expect(stdout).not.toContain('DO NOT FIT');
  });

  it('is no number of a service whose instances nobody knows', async () => {
    put(
      'fleet.yaml',
      'servers: {db: {engine: postgres, maxConnections: 60}}\nservices:\n  a: {pools: [{to: db, connectionLimit: 3}]}\n',
    );
    expect((await run('')).stdout).toMatch(/^ {2}a +3 +\? +\? +as declared$/m);
  });
});
