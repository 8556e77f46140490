import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';

/** The files of a commit, below a folder. */
export interface Revision {
  /** The ids of their contents, by path from the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Their texts, by id. */
  textsOf(ids: readonly string[]): ReadonlyMap<string, string>;
}

/**
 * Nothing of the repository's configuration is run: no hook, monitor, filter or pager, and nothing is fetched or written. The
 * commands only look into the store of objects.
 */
const settings = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.pager=cat', 'protocol.allow=never'];
const flags = ['--no-pager', '--no-optional-locks', '--no-replace-objects', ...settings.flatMap((one) => ['-c', one])];
const mostBytes = 1_000_000_000;

/** The commit where HEAD has left that ref, or the ref itself. @throws PoolctlError VALUE_INVALID */
export function revisionAt(root: string, ref: string, { env }: Pick<Io, 'env'>): Revision {
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', [...flags, ...args], {
      ...{ cwd: root, input, maxBuffer: mostBytes, stdio: ['pipe', 'pipe', 'pipe'] },
      env: { ...env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
  const commit = commitOf(ref, git);
  const listed = git(['ls-tree', '-r', '-z', commit]).toString('utf8');
  const files = new Map(
    [...listed.matchAll(/(\d+) blob ([0-9a-f]+)\t([^\0]+)\0/g)]
      .filter(([, mode]) => mode !== '120000')
      .map(([, , id = '', path = '']) => [path, id]),
  );
  return { files, textsOf: (ids) => textsIn(git(['cat-file', '--batch'], ids.map((id) => `${id}\n`).join('')), ids) };
}

function commitOf(ref: string, git: (args: readonly string[]) => Buffer): string {
  try {
    const wanted = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
      .toString('utf8')
      .trim();
    try {
      return git(['merge-base', wanted, 'HEAD']).toString('utf8').trim();
    } catch {
      return wanted;
    }
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PoolctlError(
      'VALUE_INVALID',
      isMissing ? '--since needs git, which is not installed.' : `--since "${ref}" is no commit of this repository.`,
      { hint: 'In CI, fetch it first: `fetch-depth: 0` of actions/checkout.', cause },
    );
  }
}

/** What `cat-file --batch` writes: a line with id, kind and size, then the content, for each id. */
function textsIn(output: Buffer, ids: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let at = 0;
  for (const id of ids) {
    const lineEnd = output.indexOf(10, at);
    const size = Number(output.toString('latin1', at, lineEnd).split(' ')[2]);
    at = lineEnd + 1;
    if (!Number.isInteger(size)) continue;
    texts.set(id, output.toString('utf8', at, at + size));
    at += size + 1;
  }
  return texts;
}

/** The id that git gives to a content, with as many digits as another one. */
export function contentId(content: Buffer, like: string): string {
  const hash = createHash(like.length === 40 ? 'sha1' : 'sha256');
  return hash.update(`blob ${content.length}\0`).update(content).digest('hex');
}
