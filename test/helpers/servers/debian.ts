import { type ExecFileOptions, execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Unavailable } from './engine.ts';
import { findProgram } from './find-program.ts';

const patienceMs = 300_000;

/**
 * Unpacks Debian packages and what they need into a folder, from the Debian mirror that this machine uses: libraries, if
 * `isNeeded` says nothing else. Nothing is installed and no service started: apt gets a state of its own, in which no
 * package is installed. `suite` is the machine's own when it is not given.
 */
export async function unpackDebian(
  packages: string | readonly string[],
  into: string,
  suite?: string,
  isNeeded: (name: string) => boolean = isLibrary,
): Promise<void> {
  const names = [packages].flat();
  const mirror = await debianMirror();
  const work = join(into, 'apt');
  const env = {
    ...process.env,
    LC_ALL: 'C',
    APT_CONFIG: await configure(work, `${mirror.uri} ${suite ?? mirror.suite}`),
  };
  await run('apt-get', ['--quiet=2', 'update'], { env });
  const plan = await run('apt-get', ['--simulate', '--no-install-recommends', 'install', ...names], { env });
  const needed = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '').filter(isNeeded);
  await run('apt-get', ['--quiet=2', 'download', ...new Set([...names, ...needed])], { env, cwd: work });
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['--extract', join(work, file), into]);
  }
  rmSync(work, { recursive: true });
}

/** Libraries of C, as programs are linked with. */
export function isLibrary(name: string): boolean {
  return /^(lib|zlib1g$)/.test(name) && !/^libjs-|perl|-modules|-bin$/.test(name);
}

async function debianMirror(): Promise<{ uri: string; suite: string }> {
  if (findProgram('apt-get') === undefined) throw new Unavailable('there is no apt-get');
  const sources = await run('apt-get', ['update', '--print-uris']);
  const [, uri, suite] = /^'(\S+\/debian\/?)dists\/(\w+)\/InRelease'/m.exec(sources) ?? [];
  if (uri === undefined || suite === undefined) throw new Unavailable('apt-get knows no mirror of Debian');
  return { uri, suite };
}

/** The machine's proxy, keys and logins stay in force; its packages, sources, pins and hooks do not. */
async function configure(folder: string, source: string): Promise<string> {
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const options = {
    'Dir::State': folder,
    'Dir::State::status': file('status', ''),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::sourcelist': file('sources.list', `deb ${source} main\n`),
    'APT::Sandbox::User': '', // _apt may not write here.
    'APT::Update::Error-Mode': 'any',
    'Acquire::Retries': 3,
    'Acquire::Languages': 'none',
    // A mirror may lag behind. Signatures are checked all the same.
    'Acquire::Check-Valid-Until': 'false',
  };
  const ours = Object.entries(options).map(([key, value]) => `${key} "${value}";\n`);
  const machines = await run('apt-config', ['dump', 'Acquire']);
  return file('apt.conf', machines + ours.join(''));
}

async function run(command: string, args: string[], options: ExecFileOptions = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: patienceMs, ...options });
  return String(stdout);
}
