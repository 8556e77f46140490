import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { didYouMean } from '../../base/suggest.ts';
import { packageVersion } from '../../base/version.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type Report, reportWriter, writeResult } from '../../cli/output.ts';
import type { FleetState } from '../../fleet/since/change.ts';
import { type FleetResult, isOverBudget, joinAllocation, ofServer } from '../../views/fleet/result.ts';
import { fleetFlags } from './flags.ts';
import { gatherFleet } from './gather.ts';
import { isLockAsked, lockFleet, sayStaleLock } from './lock.ts';

/** Cells of a name in tables for 80 columns. */
const nameCells = 16;

/** Reads the fleet of these paths, writes its answer, and says whether a declared budget is kept. */
export async function fleet(paths: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const since = read(fleetFlags.since)?.value;
  const write = reportWriter(read, io, { html: since === undefined });
  const judged = await gatherFleet(paths, io.cwd);
  const { answer, allocation, notes } = judged;
  const result = onlyServer(joinAllocation(answer, allocation, notes), read(fleetFlags.server)?.value);
  const page = read(fleetFlags.html)?.value;
  if (page !== undefined) await writeResult(page, await pageOf(result), io);
  if (since === undefined) await write(await fleetReport(result, { isAll: read(fleetFlags.all) }));
  else await writeChange(since, paths, judged, { read, io, write });
  const isOver = isOverBudget(result, { isStrict: read(fleetFlags.strict) });
  const lock = isLockAsked(read) ? lockFleet(judged, read, io) : sayStaleLock(judged, io);
  return isOver ? 1 : lock;
}

/** What changed since a commit, of one server where the flags name it. */
async function writeChange(
  since: string,
  paths: readonly string[],
  now: FleetState,
  { read, io, write }: { read: ReadOption; io: Io; write(report: Report): Promise<void> },
): Promise<void> {
  const { reportChange } = await import('./since.ts');
  const name = read(fleetFlags.server)?.value;
  const only = ({ model, answer }: FleetState): FleetState => ({
    model,
    answer: name === undefined ? answer : ofServer({ notes: [], ...answer }, name),
  });
  await reportChange(since, paths, now, { write, only, io });
}

function onlyServer(result: FleetResult, name: string | undefined): FleetResult {
  if (name === undefined) return result;
  const names = result.servers.map((server) => server.name);
  if (names.includes(name)) return ofServer(result, name);
  throw new PoolctlError('VALUE_INVALID', `--server "${name}" is no server of this fleet.${didYouMean(name, names)}`, {
    hint:
      names.length === 0
        ? 'The fleet has none: declare it in fleet.yaml.'
        : `There are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`,
  });
}

async function fleetReport(result: FleetResult, { isAll }: { isAll: boolean }): Promise<Report> {
  const { fleetView } = await import('../../views/fleet/fleet.ts');
  return {
    schema: 'poolctl.fleet/1',
    result,
    view: (format) => fleetView(result, { isAll, ...(format === 'table' && { nameCells }) }),
    html: () => pageOf(result),
  };
}

async function pageOf(result: FleetResult): Promise<string> {
  const { renderFleetHtml } = await import('../../views/fleet/page/page.ts');
  return renderFleetHtml(result, { version: packageVersion() });
}
