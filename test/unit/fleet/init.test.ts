import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inputsDigest } from '../../../src/fleet/lock/inputs-digest.ts';
import { readFleet } from '../../../src/fleet/read-fleet.ts';
import { projectOf } from '../../helpers/lint-project.ts';
import { poolctl } from '../../helpers/run.ts';

const cases = fileURLToPath(new URL('cases/', import.meta.url));

const compose = `services:
  orders:
    image: postgres:17
    command: postgres -c max_connections=200
  api:
    image: registry.example/shop/api:7
    deploy: { replicas: 4 }
    environment:
      DATABASE_URL: postgres://shop:s3cret-of-shop@orders:5432/shop
      DB_POOL_SIZE: 30
  reports:
    image: registry.example/shop/reports:7
    environment:
      DATABASE_URL: postgres://reports:s3cret-of-reports@ledger.example.com:6543/shop
`;

const init = (folder: string, flags = '') => poolctl(`init ${flags}`, { cwd: folder });

describe('poolctl init', () => {
  it('does not say that all is known where it found no server', async () => {
    const { stdout } = await init(projectOf({ 'package.json': '{}' }).folder);
    expect(stdout).toContain('? No database server is found');
    expect(stdout).not.toContain('Nothing is left to ask');
  });

  it('writes what fleet answers by at once, and says what it could not find', async () => {
    const project = projectOf({ 'compose.yaml': compose });
    const { stdout, stderr, exitCode } = await init(project.folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "Wrote fleet.yaml: 2 servers and 2 services in 1 file.
      ? 2 questions open: look for TODO in it.

      What no file says
        ledger.example.com:6543   How many connections does it allow? Ask it: SHOW
                                  max_connections
        reports                   How many connections may one process open to
                                  ledger.example.com:6543?

      Next
        poolctl fleet   the worst minute of each server, and who takes it
      "
    `);
    expect(project.read('fleet.yaml')).toMatchInlineSnapshot(`
      "# The servers of this fleet, and the services that share their connections.
      # Written by poolctl init; poolctl fleet reads it. 2 things are not known: look
      # for TODO, complete the line, and take its # away.

      # Folders and files whose manifests, settings and code are read.
      read: [.]

      # How many releases may roll out at once in the worst minute, or all. Left out,
      # it is one, and what one file deploys is one release.
      # rolloutsAtOnce: 1

      # Servers, and what they let in.
      #   maxConnections: what the server says itself; or profile: its class of a
      #     provider, such as aws-rds-postgres:db.r6g.large.
      #   reserved: slots that no ordinary role may take; PostgreSQL keeps 3.
      #   others: connections of clients that are no services here, such as {admin:
      #     5}.
      #   host: what services call it, where that is another name; or hosts: [a, b].
      #   budget: report tells only. With required, poolctl fleet ends with exit
      #     code 1 where the worst minute is above the limit.
      servers:
        orders:
          # PostgreSQL, in compose.yaml:2, with max_connections 200, used by api.
          budget: report
        "ledger.example.com:6543":
          # PostgreSQL, used by reports.
          host: ledger.example.com
          port: 6543
          engine: postgres
          # TODO How many connections does it allow? Ask it: SHOW max_connections
          # maxConnections: 100
          budget: report

      # Services. Instances, roll-outs, processes and pools are read from the files
      # named here: write only what none of them says.
      #   instances: {normal: 2, max: 10, surge: 25%, processes: 1}; surge is what a
      #     roll-out adds.
      #   pools: [{to: SERVER, connectionLimit: 10, load: {totalTps: 600, p95:
      #     80ms}}]; with a load, poolctl fleet says how large the pool should be.
      #   extras: connections beside the pools, such as {perInstance: {health: 1},
      #     total: {leader: 1}, rollout: {migration: 1}}.
      #   release: services of one release roll out together.
      # services:
        # api: compose service in compose.yaml:5, 4 instances, pool 30 (DB_POOL_SIZE
        # in compose.yaml) to orders.
        # reports: compose service in compose.yaml:11, 1 instance, pool ? to
        # ledger.example.com:6543.
        # reports:
          # TODO How many connections may one process open to ledger.example.com:6543?
          # (compose.yaml:11)
          # pools:
            # - {to: "ledger.example.com:6543", connectionLimit: 10}
      "
    `);
    const { model } = await readFleet([], project.folder);
    expect(model.servers.map(({ name, limit, isBudgeted }) => [name, limit.kind, isBudgeted])).toEqual([
      ['orders', 'limit', false],
      ['ledger.example.com:6543', 'unknown', false],
    ]);
  });

  it('writes no password, whatever it prints', async () => {
    const project = projectOf({ 'compose.yaml': compose });
    const said = [
      await init(project.folder, '--dry-run'),
      await init(project.folder, '--json'),
      project.read('fleet.yaml'),
    ];
    expect(JSON.stringify(said)).not.toContain('s3cret');
  });

  it('leaves a fleet.yaml alone, unless it is told to write over it', async () => {
    const project = projectOf({ 'compose.yaml': compose, 'fleet.yaml': 'servers: {mine: {maxConnections: 50}}\n' });
    const { exitCode, stderr } = await init(project.folder);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('fleet.yaml is there already, and was not changed.');
    expect(project.read('fleet.yaml')).toBe('servers: {mine: {maxConnections: 50}}\n');
    expect((await init(project.folder, '--force')).exitCode).toBe(0);
    expect(project.read('fleet.yaml')).not.toContain('mine');
  });

  it('prints the file and writes nothing with --dry-run', async () => {
    const project = projectOf({ 'compose.yaml': compose });
    const { stdout } = await init(project.folder, '--dry-run');
    expect(readdirSync(project.folder)).toEqual(['compose.yaml']);
    await init(project.folder);
    expect(project.read('fleet.yaml')).toBe(stdout);
  });

  it('takes over the servers of poolctl.yaml, which a fleet of its own no longer reads there', async () => {
    const project = projectOf({
      'compose.yaml': compose,
      'poolctl.yaml': 'servers:\n  ledger: { host: ledger.example.com, maxConnections: 80, reserved: 2, others: 9 }\n',
    });
    const before = await readFleet([], project.folder);
    await init(project.folder);
    const after = await readFleet([], project.folder);
    expect(inputsDigest(after.model)).toBe(inputsDigest(before.model));
  });

  it.each([
    ['a folder that is not there', 'gone'],
    ['a file', 'compose.yaml'],
  ])('refuses %s by one error', async (_what, name) => {
    const project = projectOf({ 'compose.yaml': compose });
    const { exitCode, stderr } = await init(project.folder, name);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error[INPUT_UNREADABLE]: ${name} is no folder.\n  hint: Name the folder of the manifests.\n`,
    });
  });

  it('writes a whole file where nothing is to be found', async () => {
    const project = projectOf();
    expect((await init(project.folder)).exitCode).toBe(0);
    expect((await readFleet([], project.folder)).model).toMatchObject({ servers: [], services: [] });
  });
});

describe('what poolctl init writes changes no number of the fleet', () => {
  // A shared server, poolers, several kinds of files, functions, and numbers that nobody can know.
  const names = /^(?:h01|h05|h07|h10|t3)/;
  const folders = readdirSync(cases)
    .filter((name) => names.test(name))
    .map((name) => join(cases, name, 'before'));

  it.each(folders.map((folder) => [folder.split('/').at(-2), folder]))('%s', async (_name, from = '') => {
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-init-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(from, folder, { recursive: true });
    rmSync(join(folder, 'fleet.yaml'), { force: true });
    const before = await readFleet([], folder);
    await init(folder);
    const after = await readFleet([], folder);
    expect(after.model.servers.map(({ name }) => name).sort()).toEqual(
      before.model.servers.map(({ name }) => name).sort(),
    );
    expect(inputsDigest(after.model)).toBe(inputsDigest(before.model));
    expect(
      readFileSync(join(folder, 'fleet.yaml'), 'utf8')
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});
