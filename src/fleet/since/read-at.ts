import { relative, resolve } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { judgeFleet } from '../../budget/judge-fleet.ts';
import { repositoryTop, revisionAt } from '../../lint/disk/git.ts';
import { onDisk } from '../file-tree.ts';
import { readFleet } from '../read-fleet.ts';
import type { FleetState } from './change.ts';
import { commitTree } from './commit-tree.ts';

/** A fleet as it was at a commit, and what a user should know of how it was read. */
export interface PastFleet extends FleetState {
  readonly warnings: readonly string[];
}

/**
 * Reads the fleet of these paths as it was where HEAD has left `ref`. Nothing is written, and the work tree stays as it is.
 * @throws PoolctlError VALUE_INVALID where there is no git, no repository or no such commit; INPUT_INVALID where the fleet of
 * then cannot be read
 */
export async function readFleetAt(
  ref: string,
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'env'>,
): Promise<PastFleet> {
  const { cwd } = io;
  const all = (paths.length > 0 ? paths : ['.']).map((path) => resolve(cwd, path));
  const [first = cwd] = all;
  const top = repositoryTop(onDisk.kindOf(first) === 'file' ? resolve(first, '..') : first, io);
  const revision = revisionAt(top, ref, io);
  const tree = commitTree(top, revision);
  const isInside = (path: string) => !/^\.\.(?:$|[\\/])/.test(relative(top, path));
  const there = all.filter((path) => tree.kindOf(path) !== undefined);
  const warnings = [
    ...(revision.isMergeBase
      ? []
      : [
          `No commit is known here that both ${ref} and HEAD come from (a shallow clone?), so this compares with ${ref} itself.`,
        ]),
    ...all
      .filter((path) => !isInside(path))
      .map((path) => `${relative(cwd, path)} is another repository: it is read as it is now.`),
  ];
  // A fleet that is new has taken nothing before.
  if (there.length === 0) return { ...none, warnings };
  const { model, findings } = await readFleet(there, cwd, tree).catch((error: unknown) => {
    if (!(error instanceof PoolctlError)) throw error;
    throw new PoolctlError(error.code, `At ${ref}: ${error.message}`, {
      hint: 'The fleet of then cannot be read. Name a later commit, or leave --since out.',
      cause: error,
    });
  });
  const answer = judgeFleet(model);
  return { model, answer: { ...answer, findings: [...answer.findings, ...findings] }, warnings };
}

const none: FleetState = {
  model: { servers: [], services: [], rolloutsAtOnce: 1 },
  answer: { servers: [], services: [], findings: [] },
};
