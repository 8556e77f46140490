/** That poolboy does what its profile says, by Erlang and poolboy of Debian 12. It asks for no server: the logins are counted. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { cached } from '../helpers/servers/cache.ts';
import { isLibrary, unpackDebian } from '../helpers/servers/debian.ts';
import { Unavailable } from '../helpers/servers/engine.ts';
import { ownLoader } from '../helpers/servers/own-loader.ts';

it('poolboy lends the last, logs in for every checkout above size, and stands still meanwhile', async ({ skip }) => {
  const folder = await erlang().catch((error: unknown) => {
    if (error instanceof Unavailable) return error;
    throw error;
  });
  if (folder instanceof Unavailable) return skip(folder.message);
  expect(await seenIn(folder)).toEqual([
    'atFirst 2',
    'lendsTheLast [true,true,true]',
    'loginsOfThreeAboveSize 3',
    'answersAfterTheLogin true',
    'waiter refused',
    'held closed',
  ]);
}, 300_000);

function erlang(): Promise<string> {
  return cached(`erlang-poolboy-${process.arch}`, async (target) => {
    console.log('live: fetching Erlang with poolboy from Debian 12');
    await unpackDebian(['erlang-base', 'erlang-poolboy'], target, 'bookworm', isLibrary);
  });
}

async function seenIn(folder: string): Promise<readonly string[]> {
  const root = join(folder, 'usr/lib/erlang');
  const [runtime = ''] = readdirSync(root).filter((name) => name.startsWith('erts-'));
  const [poolboy = ''] = readdirSync(join(root, 'lib')).filter((name) => name.startsWith('poolboy-'));
  const [command, ...args] = ownLoader(folder, `usr/lib/erlang/${runtime}/bin/beam.smp`);
  const bin = join(root, runtime, 'bin');
  const cwd = mkdtempSync(join(tmpdir(), 'poolctl-erlang-'));
  const source = fileURLToPath(new URL('erlang/seen.erl', import.meta.url));
  const program = `{ok, _} = compile:file("${source}"), seen:main().`;
  try {
    const { stdout } = await promisify(execFile)(
      command,
      [
        ...args,
        ...['--', '-root', root, '-bindir', bin, '-progname', 'erl', '--', '-home', cwd, '--'],
        ...['-noshell', '-pa', join(root, 'lib', poolboy, 'ebin'), '-eval', program],
      ],
      { cwd, env: { ...process.env, BINDIR: bin, ROOTDIR: root, EMU: 'beam', PROGNAME: 'erl' }, timeout: 60_000 },
    );
    return stdout.trim().split('\n');
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
