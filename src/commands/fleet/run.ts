import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { didYouMean } from '../../base/suggest.ts';
import { packageVersion } from '../../base/version.ts';
import type { FleetAnswer } from '../../budget/answer.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type Report, reportWriter, writeResult } from '../../cli/output.ts';
import type { FleetState } from '../../fleet/since/change.ts';
import { type FleetResult, isOverBudget, joinAllocation, ofServer } from '../../views/fleet/result.ts';
import { enforceFleet, enforcement } from './enforce.ts';
import { fleetFlags } from './flags.ts';
import { gatherFleet } from './gather.ts';
import { isLockAsked, lockFleet, sayStaleLock } from './lock.ts';

/** Cells of a name in tables for 80 columns. */
const nameCells = 16;

/** Reads the fleet of these paths, writes its answer, and says whether a declared budget is kept. */
export async function fleet(paths: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const since = read(fleetFlags.since)?.value;
  const write = reportWriter(read, io, { html: since === undefined });
  const enforcing = enforcement(read);
  const page = read(fleetFlags.html)?.value;
  // What has changed since a commit is of the files alone: CI may not reach what loads are measured by.
  const isChangeAlone = since !== undefined && page === undefined && !enforcing && !isLockAsked(read);
  const gathered = await gatherFleet(paths, io, { areLoadsAsked: !isChangeAlone });
  const { answer, allocation, notes } = gathered;
  const server = read(fleetFlags.server)?.value;
  checkServer(server, answer);
  const result = ofServer(joinAllocation(answer, allocation, notes), server);
  if (page !== undefined) await writeResult(page, await pageOf(result), io);
  if (since !== undefined) {
    const { reportChange } = await import('./since.ts');
    const only = (state: FleetState) => ({ ...state, answer: ofServer(state.answer, server) });
    await reportChange(since, paths, gathered.declared, { write, only, io });
  } else if (enforcing?.folder !== null) {
    await write(await fleetReport(result, { isAll: read(fleetFlags.all) }));
  }
  if (enforcing) await enforceFleet(gathered, enforcing, io);
  const isOver = isOverBudget(result, { isStrict: read(fleetFlags.strict) });
  const lock = isLockAsked(read) ? lockFleet(gathered, read, io) : sayStaleLock(gathered, io);
  return isOver ? 1 : lock;
}

function checkServer(name: string | undefined, { servers }: FleetAnswer): void {
  const names = servers.map((server) => server.name);
  if (name === undefined || names.includes(name)) return;
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
