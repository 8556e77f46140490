import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectOf, type TemporaryProject } from '../helpers/lint-project.ts';
import { gitEnv, repositoryOf } from '../helpers/repository.ts';
import { poolctl } from '../helpers/run.ts';

const deployment = (name: string, replicas: number, pool: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  template:
    spec:
      containers:
        - name: ${name}
          image: registry.example/shop/${name}:7
          env:
            - { name: DATABASE_URL, value: "postgres://shop:s3cret@orders.internal:5432/shop" }
            - { name: DB_POOL_SIZE, value: "${pool}" }
`;

const fleet = (budget = 'required') =>
  `servers:\n  orders: { host: orders.internal, engine: postgres, maxConnections: 100, budget: ${budget} }\n`;

const files = (pool: number, budget?: string) => ({
  'fleet.yaml': fleet(budget),
  'k8s/api.yaml': deployment('api', 4, pool),
  'k8s/jobs.yaml': deployment('jobs', 2, 5),
});

const run = ({ folder }: Pick<TemporaryProject, 'folder'>, line = '') =>
  poolctl(`fleet ${line}`, { cwd: folder, env: gitEnv });

describe('fleet --lock', () => {
  it('never waits for a pipe, and reads no device', async () => {
    const platform = projectOf(files(10));
    execFileSync('mkfifo', [join(platform.folder, 'pipe'), join(platform.folder, 'fleet.json')]);
    for (const [line, said] of [
      ['fleet.yaml --lock pipe', 'Cannot write the lock to pipe (ENXIO).'],
      ['fleet.yaml --lock /dev/full', 'Cannot write the lock to /dev/full (ENOSPC).'],
      ['pipe', 'Cannot read pipe (it is no regular file).'],
      ['', 'Cannot read fleet.json (it is no regular file).'],
    ] as const)
      expect((await run(platform, line)).stderr).toContain(said);
  });

  it('does not leave out the services of a file that has a mistake', async () => {
    const platform = projectOf(files(10));
    await run(platform, '--lock');
    const before = platform.read('fleet.lock.json');
    platform.write('k8s/jobs.yaml', `${deployment('jobs', 2, 5)}  bad: [x\n`);
    const locked = await run(platform, '--lock');
    expect(locked.exitCode).toBe(1);
    expect(locked.stderr).toMatch(/^fleet\.lock\.json was not written: k8s\/jobs\.yaml:\d+: this is not YAML or JSON/);
    expect(platform.read('fleet.lock.json')).toBe(before);
    expect((await run(platform, '')).stdout).toContain('! k8s/jobs.yaml:');
    expect((await run(platform, '--strict')).exitCode).toBe(1);
  });

  it('has the services of a chart that was rendered into one large file', async () => {
    const comment = `# ${'x'.repeat(78)}\n`.repeat(26_000);
    const platform = projectOf({ 'fleet.yaml': fleet(), 'k8s/all.yaml': comment + deployment('api', 4, 10) });
    expect((await run(platform, '--lock')).stderr).toBe('Wrote fleet.lock.json: 1 quota of 1 server.\n');
  });

  it('reads a lock that an editor gave a byte order mark', async () => {
    const platform = projectOf(files(10));
    await run(platform, '--lock');
    platform.write('fleet.lock.json', `\ufeff${platform.read('fleet.lock.json').replaceAll('\n', '\r\n')}`);
    expect((await run(platform, '--check')).exitCode).toBe(0);
  });

  it('writes quotas by which lint judges a service in its own repository', async () => {
    const platform = projectOf(files(10));
    const { exitCode, stderr } = await run(platform, '--lock fleet.lock.json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'Wrote fleet.lock.json: 2 quotas of 1 server.\n' });
    const written = platform.read('fleet.lock.json').replace(/"[0-9a-f]{32}"/, '"32 digits"');
    expect(written).toMatchInlineSnapshot(`
      "{
        "schema": "poolctl.fleet-lock/1",
        "inputs": "32 digits",
        "servers": [
          {
            "server": "orders",
            "counts": "server connections",
            "engine": "postgres",
            "hosts": [
              "orders.internal"
            ],
            "usable": 97,
            "budget": "required"
          }
        ],
        "quotas": [
          {
            "service": "api",
            "server": "orders",
            "kind": "Deployment",
            "role": "shop",
            "quota": 50,
            "pool": 10,
            "processes": 1,
            "mostInstances": 4,
            "surgeInstances": 1,
            "extras": 0
          },
          {
            "service": "jobs",
            "server": "orders",
            "kind": "Deployment",
            "role": "shop",
            "quota": 15,
            "pool": 5,
            "processes": 1,
            "mostInstances": 2,
            "surgeInstances": 1,
            "extras": 0
          }
        ]
      }
      "
    `);
    const lock = platform.read('fleet.lock.json');
    const own = (pool: number) =>
      projectOf({
        'deploy/api.yaml': deployment('api', 4, pool),
        'fleet.lock.json': lock,
        'poolctl.yaml': 'lint: { rules: { credentials-inline: off } }',
      });
    expect(await own(10).lint('--format compact')).toMatchObject({ exitCode: 0 });
    const found = await own(11).lint('--format compact');
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toContain('api may take 55 connections of orders, and its quota is 50');
  });

  it('writes the same again where nothing has changed, and does not touch the file', async () => {
    const platform = projectOf(files(10));
    await run(platform, '--lock');
    const before = statSync(join(platform.folder, 'fleet.lock.json')).mtimeMs;
    expect((await run(platform, '--lock')).stderr).toBe('fleet.lock.json is up to date.\n');
    expect(statSync(join(platform.folder, 'fleet.lock.json')).mtimeMs).toBe(before);
  });

  it('writes nothing where a declared budget does not fit, and leaves the lock that is there', async () => {
    const platform = projectOf(files(10));
    await run(platform, '--lock');
    const before = platform.read('fleet.lock.json');
    platform.write('k8s/api.yaml', deployment('api', 8, 10));
    const { exitCode, stderr } = await run(platform, '--lock');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'fleet.lock.json was not written: orders is over: its worst minute takes 110 connections, and 97 are there.\n  hint: Make it fit first: `poolctl fleet` says which pool and how many instances do.\n',
    );
    expect(platform.read('fleet.lock.json')).toBe(before);
    expect(readdirSync(platform.folder).sort()).toEqual(['fleet.lock.json', 'fleet.yaml', 'k8s']);
  });

  it('says which services got no quota, because what they take is not known', async () => {
    const platform = projectOf(files(10));
    platform.write(
      'k8s/jobs.yaml',
      deployment('jobs', 2, 5).replace('value: "5"', 'valueFrom: { secretKeyRef: { name: jobs, key: pool } }'),
    );
    const { exitCode, stderr } = await run(platform, '--lock');
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'Wrote fleet.lock.json: 1 quota of 1 server.\nwarning: jobs got no quota: how many connections it takes is not known.\n',
    );
    const explained = await platform.lint('--explain --format compact');
    expect(explained.stdout).toContain('jobs has no quota in fleet.lock.json, so it was not checked');
  });

  it('holds no password and no path', async () => {
    const platform = projectOf(files(10));
    await run(platform, '--lock');
    expect(platform.read('fleet.lock.json').replace('poolctl.fleet-lock/1', '')).not.toMatch(/s3cret|\/|\.ya?ml/);
  });

  it('does not write over a file that is no lock', async () => {
    const platform = projectOf({ ...files(10), 'package.json': '{ "name": "platform" }' });
    const { exitCode, stderr } = await run(platform, '--lock package.json');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('package.json is there and is no lock of a fleet, so it was not written over.');
    expect(platform.read('package.json')).toBe('{ "name": "platform" }');
  });

  it('says in one error where it cannot write', async () => {
    const { exitCode, stderr } = await run(projectOf(files(10)), '--lock gone/fleet.lock.json');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Cannot write the lock to gone/fleet.lock.json (ENOENT).');
  });
});

describe('a lock that is older than its fleet', () => {
  it('is told by fleet, and is exit code 1 with --check, which writes nothing', async () => {
    const platform = projectOf(files(10));
    expect((await run(platform, '--check')).stderr).toContain(
      'fleet.lock.json is not the lock of this fleet: there is none.',
    );
    expect(existsSync(join(platform.folder, 'fleet.lock.json'))).toBe(false);
    await run(platform, '--lock');
    expect(await run(platform, '--check')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run(platform)).toMatchObject({ exitCode: 0, stderr: '' });
    const before = platform.read('fleet.lock.json');
    platform.write('k8s/api.yaml', `# Moved by a line.\n${deployment('api', 4, 10)}`);
    expect(await run(platform, '--check')).toMatchObject({ exitCode: 0, stderr: '' });
    platform.write('k8s/api.yaml', deployment('api', 4, 12));
    const plain = await run(platform);
    expect(plain.exitCode).toBe(0);
    expect(plain.stderr).toContain('warning: fleet.lock.json is older than the fleet');
    const check = await run(platform, '--check');
    expect(check.exitCode).toBe(1);
    expect(check.stderr).toContain(
      'fleet.lock.json is not the lock of this fleet: api at orders: quota 50 is 60, pool 10 is 12.',
    );
    expect(platform.read('fleet.lock.json')).toBe(before);
  });

  it('is no copy of a larger fleet in a repository that has no fleet of its own', async () => {
    const platform = projectOf(files(10));
    await run(platform, '--lock');
    const own = projectOf({
      'deploy/api.yaml': deployment('api', 4, 10),
      'fleet.lock.json': platform.read('fleet.lock.json'),
    });
    expect((await run(own)).stderr).toBe('');
  });
});

describe('fleet --since', () => {
  const history = (budget?: string) => {
    const repository = repositoryOf(files(10, budget));
    repository.commit('first');
    repository.git('checkout', '-qb', 'work');
    return repository;
  };

  it('prints the comment of a pull request: the verdict, and a table of what changed', async () => {
    const repository = history();
    repository.write('k8s/api.yaml', deployment('api', 6, 14));
    const { exitCode, stdout, stderr } = await run(repository, '--since main --format markdown');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "<!-- poolctl fleet -->

      ❌ **orders is over by 25 connections in its worst minute; 37 were left before.**

      | | | \`main\` | now |
      | --- | --- | ---: | ---: |
      | **\`orders\`** | worst minute | 60 of 97 | 122 of 97 |
      | **\`orders\`** | normal | 50 | 94 |
      | \`api\` at \`orders\` | pool of a process | 10 | 14 |
      | \`api\` at \`orders\` | instances | 4 | 6 |
      | \`api\` at \`orders\` | worst minute | 50 | 112 |
      "
    `);
  });

  it('prints no comment where nothing has changed, and says on stderr what is over all the same', async () => {
    const fits = history();
    expect(await run(fits, '--since main --format markdown')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const over = repositoryOf(files(30));
    over.commit('first');
    const { exitCode, stdout, stderr } = await run(over, '--since main --format markdown');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^Nothing of the fleet has changed since main\. orders is over by \d+ connections in its worst minute, as before\.\n$/,
    );
  });

  it('fails by a declared budget alone', async () => {
    const repository = history('report');
    repository.write('k8s/api.yaml', deployment('api', 6, 14));
    const { exitCode, stdout } = await run(repository, '--since main');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('orders is over by');
  });

  it('is a document for programs', async () => {
    const repository = history();
    repository.write('k8s/api.yaml', deployment('api', 4, 11));
    const { stdout } = await run(repository, '--since main --json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'poolctl.fleet-change/1',
      result: {
        since: 'main',
        over: [],
        services: [
          {
            service: 'api',
            server: 'orders',
            kind: 'changed',
            changed: ['pool', 'worst'],
            pool: { before: { value: 10 }, now: { value: 11 } },
          },
        ],
      },
    });
  });

  it('shows one server with --server', async () => {
    const repository = history();
    repository.write('k8s/api.yaml', deployment('api', 4, 11));
    repository.write('fleet.yaml', `${fleet()}  ledger: { host: ledger.internal, maxConnections: 50 }\n`);
    expect((await run(repository, '--since main')).stdout).toContain('ledger');
    expect((await run(repository, '--since main --server orders')).stdout).not.toContain('ledger');
  });

  it.each([
    ['--since gone', '--since "gone" is no commit of this repository.'],
    ['--since main --format html', '--format "html" is not known.'],
  ])('refuses %s by one error', async (flags, error) => {
    const { exitCode, stderr, stdout } = await run(history(), flags);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(error);
  });
});
