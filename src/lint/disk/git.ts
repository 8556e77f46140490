import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';

/** The files of a commit, below a folder. */
export interface Revision {
  /** Whether it is where HEAD has left the ref, and not the ref itself, which may have gone on. */
  readonly isMergeBase: boolean;
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

type Git = (args: readonly string[], input?: string) => Buffer;

function gitIn(root: string, { env }: Pick<Io, 'env'>): Git {
  return (args, input = '') =>
    execFileSync('git', [...flags, ...args], {
      ...{ cwd: root, input, maxBuffer: mostBytes, stdio: ['pipe', 'pipe', 'pipe'] },
      env: { ...env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
}

/** The top folder of the repository that a folder is in. @throws PoolctlError VALUE_INVALID */
export function repositoryTop(folder: string, io: Pick<Io, 'env'>): string {
  const git = gitIn(folder, io);
  try {
    return resolve(folder, git(['rev-parse', '--show-cdup']).toString('utf8').trim());
  } catch (cause) {
    throw noRepository(cause);
  }
}

/** The commit where HEAD has left that ref, or the ref itself. @throws PoolctlError VALUE_INVALID */
export function revisionAt(root: string, ref: string, io: Pick<Io, 'env'>): Revision {
  const git = gitIn(root, io);
  const { commit, isMergeBase } = commitOf(ref, git);
  const listed = git(['ls-tree', '-r', '-z', commit]).toString('utf8');
  const files = new Map(
    [...listed.matchAll(/(\d+) blob ([0-9a-f]+)\t([^\0]+)\0/g)]
      .filter(([, mode]) => mode !== '120000')
      .map(([, , id = '', path = '']) => [path, id]),
  );
  return {
    isMergeBase,
    files,
    textsOf: (ids) => textsIn(git(['cat-file', '--batch'], ids.map((id) => `${id}\n`).join('')), ids),
  };
}

function commitOf(ref: string, git: Git): { readonly commit: string; readonly isMergeBase: boolean } {
  const wanted = commitNamed(ref, git);
  if (wanted instanceof Error) throw noCommit(ref, git, wanted);
  try {
    return { commit: git(['merge-base', wanted, 'HEAD']).toString('utf8').trim(), isMergeBase: true };
  } catch {
    return { commit: wanted, isMergeBase: false };
  }
}

function commitNamed(ref: string, git: Git): string | Error {
  try {
    const named = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
    const commit = named.toString('utf8').trim();
    // `^main` is all that main is not: a commit with a mark before it.
    return /^[0-9a-f]+$/.test(commit) ? commit : new Error(`${ref} names no single commit.`);
  } catch (error) {
    return error as Error;
  }
}

/** Why there is no such commit, and what helps. */
function noCommit(ref: string, git: Git, cause: Error): PoolctlError {
  let isShallow: boolean;
  try {
    isShallow = git(['rev-parse', '--is-shallow-repository']).toString('utf8').trim() === 'true';
  } catch (error) {
    return noRepository(error);
  }
  const isRemote = !(commitNamed(`origin/${ref}`, git) instanceof Error);
  const where = isShallow ? 'this clone, which has only the newest commits' : 'this repository';
  return new PoolctlError('VALUE_INVALID', `--since "${ref}" is no commit of ${where}.`, {
    hint: isRemote ? `Write --since origin/${ref}.` : 'In CI, fetch it first: `fetch-depth: 0` of actions/checkout.',
    cause,
  });
}

/** git itself is missing, or it answers nothing here. */
function noRepository(cause: unknown): PoolctlError {
  const { code, stderr } = cause as NodeJS.ErrnoException & { readonly stderr?: Buffer };
  if (code === 'ENOENT')
    return new PoolctlError('VALUE_INVALID', '--since needs git, which is not installed.', {
      hint: 'Install git, or leave --since out.',
      cause,
    });
  if (/dubious ownership/.test(stderr?.toString('utf8') ?? ''))
    return new PoolctlError('VALUE_INVALID', '--since: git reads no repository that another user owns.', {
      hint: 'Allow it: `git config --global --add safe.directory "$PWD"`.',
      cause,
    });
  return new PoolctlError('VALUE_INVALID', '--since needs a git repository, and this folder is in none.', {
    hint: 'Run it in the repository, or leave --since out.',
    cause,
  });
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
