import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { commitTree } from '../../../src/fleet/since/commit-tree.ts';
import { repositoryTop, revisionAt } from '../../../src/lint/disk/git.ts';
import { projectOf } from '../../helpers/lint-project.ts';
import { gitEnv, gitIn, repositoryOf } from '../../helpers/repository.ts';

const io = { env: gitEnv };

const history = () => {
  const repository = repositoryOf({
    'fleet.yaml': 'servers: {}\n',
    'k8s/api.yaml': 'replicas: 4\n',
    'k8s/same.yaml': 'replicas: 1\n',
    'dist/made.yaml': 'made: true\n',
    'notes.dat': 'a text of a kind that is not read ahead\n',
  });
  repository.commit('then');
  repository.write('k8s/api.yaml', 'replicas: 8\n');
  repository.write('k8s/new.yaml', 'replicas: 2\n');
  repository.write('notes.dat', 'changed\n');
  repository.remove('fleet.yaml');
  const at = commitTree(repository.folder, revisionAt(repository.folder, 'then', io));
  return { repository, at, path: (file: string) => join(repository.folder, file) };
};

/** Every file of a folder, git's own included, with its text and the time of its last change. */
const everything = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, statSync(path).mtimeMs, readFileSync(path, 'latin1')]);

describe('the files of a commit', () => {
  it('have the texts of then, also of what is gone or changed, and not what is new', () => {
    const { at, path } = history();
    expect(
      ['fleet.yaml', 'k8s/api.yaml', 'k8s/same.yaml', 'k8s/new.yaml', 'notes.dat'].map((file) => at.textOf(path(file))),
    ).toEqual([
      { text: 'servers: {}\n' },
      { text: 'replicas: 4\n' },
      { text: 'replicas: 1\n' },
      { why: 'it was not there' },
      { text: 'a text of a kind that is not read ahead\n' },
    ]);
  });

  it('stand in the folders of then', () => {
    const { at, path } = history();
    expect(at.namesIn(path('k8s'))).toEqual(['api.yaml', 'same.yaml']);
    expect(at.namesIn(path(''))).toEqual(['dist', 'fleet.yaml', 'k8s', 'notes.dat']);
    expect([
      at.kindOf(path('')),
      at.kindOf(path('k8s')),
      at.kindOf(path('fleet.yaml')),
      at.kindOf(path('k8s/new.yaml')),
    ]).toEqual(['folder', 'folder', 'file', undefined]);
  });

  it('leave out what is left out on disk: built files, and what .gitignore names by now', () => {
    const { repository, at, path } = history();
    expect(at.filesBelow(path(''))).toEqual(['fleet.yaml', 'k8s/api.yaml', 'k8s/same.yaml', 'notes.dat']);
    repository.write('k8s/.gitignore', 'same.yaml\n');
    expect(at.filesBelow(path('k8s'))).toEqual(['api.yaml']);
  });

  it('are read without a change of the work tree or of git', () => {
    const { repository, path } = history();
    const before = everything(repository.folder);
    const at = commitTree(repository.folder, revisionAt(repository.folder, 'then', io));
    for (const file of at.filesBelow(path(''))) at.textOf(path(file));
    expect(everything(repository.folder)).toEqual(before);
  });

  it('are those where the branch has left main, and not what main has become since', () => {
    const { repository, path } = history();
    repository.git('checkout', '-qb', 'work');
    repository.commit('now');
    repository.git('checkout', '-q', 'main');
    repository.write('k8s/other.yaml', 'of main\n');
    repository.commit('later');
    repository.git('checkout', '-q', 'work');
    const revision = revisionAt(repository.folder, 'main', io);
    expect(revision.isMergeBase).toBe(true);
    expect(commitTree(repository.folder, revision).namesIn(path('k8s'))).toEqual(['api.yaml', 'same.yaml']);
  });

  it('are as they are now outside of the repository', () => {
    const { at } = history();
    const other = projectOf({ 'k8s/api.yaml': 'replicas: 3\n' });
    expect(at.textOf(join(other.folder, 'k8s/api.yaml'))).toEqual({ text: 'replicas: 3\n' });
    expect(at.filesBelow(other.folder)).toEqual(['k8s/api.yaml']);
  });

  it('are found from a folder of the repository', () => {
    const { repository, path } = history();
    expect(repositoryTop(path('k8s'), io)).toBe(repository.folder);
    expect(repositoryTop(repository.folder, io)).toBe(repository.folder);
  });
});

const errorOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof PoolctlError) return `${error.message} ${error.hint}`;
    throw error;
  }
  return 'none';
};

describe('a commit that cannot be read is one clear error', () => {
  it.each([
    'gone',
    '--output=/tmp/x',
    '-n',
    'main; touch x',
    '$(touch x)',
    'a\nb',
    'HEAD@{9}',
    '..',
    'main:fleet.yaml',
    '^HEAD',
    '',
  ])('a ref that is none: %j', (ref) => {
    const repository = repositoryOf({ 'a.yaml': '' });
    repository.commit('then');
    expect(errorOf(() => revisionAt(repository.folder, ref, io))).toBe(
      `--since "${ref}" is no commit of this repository. In CI, fetch it first: \`fetch-depth: 0\` of actions/checkout.`,
    );
    expect(readdirSync(repository.folder).sort()).toEqual(['.git', 'a.yaml']);
  });

  it('a branch that is only there as that of the remote', () => {
    const repository = repositoryOf({ 'a.yaml': '' });
    repository.commit('then');
    repository.git('update-ref', 'refs/remotes/origin/release', 'HEAD');
    expect(errorOf(() => revisionAt(repository.folder, 'release', io))).toBe(
      '--since "release" is no commit of this repository. Write --since origin/release.',
    );
  });

  it('a shallow clone that does not have it', () => {
    const repository = repositoryOf({ 'a.yaml': '' });
    repository.commit('then');
    repository.write('a.yaml', 'now');
    repository.commit('now');
    const clone = projectOf();
    execFileSync(
      'git',
      ['clone', '-q', '--depth', '1', '--no-tags', `file://${repository.folder}`, join(clone.folder, 'clone')],
      { env: gitEnv, stdio: 'pipe' },
    );
    expect(errorOf(() => revisionAt(join(clone.folder, 'clone'), 'then', io))).toBe(
      '--since "then" is no commit of this clone, which has only the newest commits. In CI, fetch it first: `fetch-depth: 0` of actions/checkout.',
    );
  });

  it('a folder in no repository, and a machine without git', () => {
    const { folder } = projectOf({ 'a.yaml': '' });
    const ceiling = { env: { ...gitEnv, GIT_CEILING_DIRECTORIES: join(folder, '..') } };
    const none =
      '--since needs a git repository, and this folder is in none. Run it in the repository, or leave --since out.';
    expect(errorOf(() => revisionAt(folder, 'main', ceiling))).toBe(none);
    expect(errorOf(() => repositoryTop(folder, ceiling))).toBe(none);
    const bare = { env: { PATH: folder } };
    expect(errorOf(() => revisionAt(folder, 'main', bare))).toBe(
      '--since needs git, which is not installed. Install git, or leave --since out.',
    );
  });
});

it('git of a repository that holds its own settings runs none of them', () => {
  const { repository, path } = history();
  gitIn(repository.folder, 'config', 'core.fsmonitor', 'touch ran; false');
  gitIn(repository.folder, 'config', 'filter.x.smudge', 'touch ran; cat');
  repository.write('.gitattributes', '*.yaml filter=x\n');
  const at = commitTree(repository.folder, revisionAt(repository.folder, 'then', io));
  expect(at.textOf(path('k8s/api.yaml'))).toEqual({ text: 'replicas: 4\n' });
  expect(readdirSync(repository.folder)).not.toContain('ran');
});
