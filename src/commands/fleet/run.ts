import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { didYouMean } from '../../base/suggest.ts';
import { packageVersion } from '../../base/version.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type Report, reportWriter, writeResult } from '../../cli/output.ts';
import { type FleetResult, isOverBudget, joinAllocation, ofServer } from '../../views/fleet/result.ts';
import { fleetFlags } from './flags.ts';
import { gatherFleet } from './gather.ts';
import { isLockAsked, lockFleet } from './lock.ts';

/** Cells of a name in tables for 80 columns. */
const nameCells = 16;

/** Reads the fleet of these paths, writes its answer, and says whether a declared budget is kept. */
export async function fleet(paths: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const write = reportWriter(read, io, { html: true });
  const judged = await gatherFleet(paths, io.cwd);
  const { answer, allocation, notes } = judged;
  const result = onlyServer(joinAllocation(answer, allocation, notes), read(fleetFlags.server)?.value);
  const page = read(fleetFlags.html)?.value;
  if (page !== undefined) await writeResult(page, await pageOf(result), io);
  await write(await fleetReport(result, { isAll: read(fleetFlags.all) }));
  const isOver = isOverBudget(result, { isStrict: read(fleetFlags.strict) });
  const lock = isLockAsked(read) ? lockFleet(judged, read, io) : 0;
  return isOver ? 1 : lock;
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
