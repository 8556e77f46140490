import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageEntries } from '../helpers/entry-types.ts';
import { root } from '../helpers/run.ts';

const run = promisify(execFile);
const strict =
  '--ignoreConfig --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2022 --module'.split(' ');

/** Compiles files of the consumer, strictly, as many as flags allow together: the compiler reads the types once. */
const compile = (...args: string[]) => run(join(root, 'node_modules/.bin/tsc'), [...strict, ...args], { cwd: folder });

const folder = mkdtempSync(join(tmpdir(), 'poolctl-package-'));
let files: readonly string[] = [];

// `npm test` has built: the tarball is packed as it stands, without building under the feet of other tests.
beforeAll(async () => {
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename, files: listed }] = JSON.parse(packed.stdout);
  files = listed.map(({ path }: { path: string }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await run('npm', ['install', ...flags, join(folder, filename)], { cwd: folder });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

it('installs into an empty folder and runs there', async () => {
  const { stdout } = await run(join(folder, 'node_modules/.bin/poolctl'), ['size', '--tps', '200', '--p95', '300'], {
    cwd: folder,
  });
  expect(stdout).toMatch(/^connectionLimit 90 {3}queueLimit 50 {3}acquireTimeout 30000 ms\n/);
});

it('brings its profiles, and finds them wherever it is installed', async () => {
  const args = 'size --profile qa --server aws-rds-mysql:db.t3.medium --emit typeorm --json'.split(' ');
  const { stdout } = await run(join(folder, 'node_modules/.bin/poolctl'), args, { cwd: tmpdir() });
  expect(JSON.parse(stdout).result.budget).toMatchObject({ maxConnections: 307, fits: true });
});

describe('for a strict consumer', () => {
  const sizer = `import { PoolctlError, type SizeResult, sizePool } from 'poolctl';
const result: SizeResult = sizePool({ workload: { arrivalRatePerSecond: 200, p95Ms: 300 }, fleet: { instances: 3 } });
console.log(result.connectionLimit, result.fleet.normal.connections, PoolctlError.name);
`;
  const prober = `import { HdrHistogram, type ProbeOptions, type ProbeResult, probeServer } from 'poolctl/probe';
const options: ProbeOptions = { tps: 10, durationMs: 5_000, timeoutMs: 500 };
try {
  const probed = await probeServer('postgres://app@127.0.0.1:1/app', options);
  const result: ProbeResult | undefined = probed.kind === 'result' ? probed.result : undefined;
  console.log(result?.recommendation?.connectionLimit);
} catch (error) {
  console.log((error as { code?: string }).code, new HdrHistogram().count);
}
`;
  beforeAll(async () => {
    writeFileSync(join(folder, 'sizer.ts'), sizer);
    writeFileSync(join(folder, 'prober.ts'), prober);
    await compile('nodenext', 'sizer.ts', 'prober.ts');
  }, 180_000);

  it('is a library: sizePool, synchronous, with types', async () => {
    const { stdout } = await run(process.execPath, ['sizer.js'], { cwd: folder });
    expect(stdout).toBe('90 270 PoolctlError\n');
  });

  it('has the probe as an entry of its own, with types, which ends without a server in one clear error', async () => {
    const { stdout } = await run(process.execPath, ['prober.js'], { cwd: folder });
    expect(stdout).toBe('CONNECT_REFUSED 0\n');
  });
});

describe('every entry', () => {
  const entries = packageEntries().map(([entry]) => entry.replace(/^\./, 'poolctl'));
  const names = entries.map((_, index) => `entry${index}`);

  it('loads by import and by require', async () => {
    const imports = entries.map((entry) => `Object.keys(await import('${entry}')).length`);
    writeFileSync(join(folder, 'all.mjs'), `console.log([${imports.join(', ')}].every((count) => count > 0));\n`);
    const requires = entries.map((entry) => `Object.keys(require('${entry}')).length`);
    writeFileSync(join(folder, 'all.cjs'), `console.log([${requires.join(', ')}].every((count) => count > 0));\n`);
    for (const file of ['all.mjs', 'all.cjs']) {
      const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
      expect([file, stdout, stderr.replace(/.*ExperimentalWarning.*\n.*--trace-warnings.*\n/, '')]).toEqual([
        file,
        'true\n',
        '',
      ]);
    }
  });

  it.each([
    ['an ES module and CommonJS', ['all.mts', 'all.cts'], ['nodenext']],
    ['a bundler', ['bundled.ts'], ['esnext', '--moduleResolution', 'bundler']],
  ])('has types that a strict consumer resolves: %s', async (_, sources, kind) => {
    const source = entries.map((entry, index) => `import * as ${names[index]} from '${entry}';\n`).join('');
    const text = `${source}export const all: object[] = [${names.join(', ')}];\n`;
    for (const file of sources) writeFileSync(join(folder, file), text);
    await compile(...kind, '--noEmit', ...sources);
  });
});

it('is a package as the ecosystem wants it (publint, strict)', async () => {
  const { publint } = await import('publint');
  const { messages } = await publint({ pkgDir: join(folder, 'node_modules/poolctl'), strict: true, pack: false });
  expect(messages).toEqual([]);
});

it('holds what is needed to run and nothing else', () => {
  expect(new Set(files.map((file) => file.split('/')[0]))).toEqual(
    new Set(['LICENSE', 'README.md', 'bin', 'dist', 'docs', 'package.json', 'profiles']),
  );
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.ts') &&
      !/^(?:lint|fleet|playground|(?:commands|views)\/(?:lint|fleet)|commands\/init)\//.test(name),
  );
  const bundle = [
    'dist/lint/judge.js',
    'dist/lint/fleet.js',
    'dist/lint/LICENSES',
    'dist/playground/pool.html',
    'dist/start/program.js',
    'dist/start/LICENSES',
  ];
  const compiled = sources.map((name) => `dist/${name.replace(/\.ts$/, '.js')}`);
  expect(files).toEqual(expect.arrayContaining([...compiled, ...bundle]));
});
