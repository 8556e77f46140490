import type { Io } from '../../base/io.ts';
import type { Report } from '../../cli/output.ts';
import { type FleetState, isUnchanged } from '../../fleet/since/change.ts';
import { compareFleets } from '../../fleet/since/compare-fleets.ts';
import { readFleetAt } from '../../fleet/since/read-at.ts';
import { changeComment } from '../../views/fleet/since/change-comment.ts';
import { changeView } from '../../views/fleet/since/change-view.ts';
import { changeVerdict } from '../../views/fleet/since/change-words.ts';

/**
 * What changed in a fleet since a commit, in the format of `write`: as markdown, the comment of a pull request, and nothing
 * where nothing has changed. `only` picks what is shown of both states. Only what is now decides the exit code.
 * @throws PoolctlError VALUE_INVALID, INPUT_INVALID
 */
export async function reportChange(
  ref: string,
  paths: readonly string[],
  now: FleetState,
  { write, only, io }: { write(report: Report): Promise<void>; only(state: FleetState): FleetState; io: Io },
): Promise<void> {
  const { warnings, ...before } = await readFleetAt(ref, paths, io);
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
  const change = compareFleets(only(before), only(now), ref);
  if (isUnchanged(change) && change.over.length > 0)
    io.stderr.write(`Nothing of the fleet has changed since ${ref}. ${changeVerdict(change)}\n`);
  await write({
    schema: 'poolctl.fleet-change/1',
    result: change,
    view: () => changeView(change),
    markdown: () => changeComment(change),
  });
}
