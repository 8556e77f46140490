import { type Io, stopSignal } from '../../base/io.ts';
import type { FleetAllocation } from '../../budget/allocation.ts';
import type { FleetAnswer, FleetFinding } from '../../budget/answer.ts';
import type { FleetModel } from '../../budget/model.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import type { FleetState } from '../../fleet/since/change.ts';

/** A fleet as its files have it, and all that is worked out of it. */
export interface GatheredFleet {
  /** As its files have it, without what was measured and divided: what two times are compared by. */
  readonly declared: FleetState;
  readonly model: FleetModel;
  readonly answer: FleetAnswer;
  readonly allocation: FleetAllocation;
  readonly quotas: readonly ServiceQuota[];
  /** What was not read, and why. */
  readonly notes: readonly FileNote[];
  /** The files of the fleet itself, and all that were read. */
  readonly own: readonly string[];
  readonly files: readonly string[];
}

/** Reads the files of a fleet and works out its budget. @throws PoolctlError INPUT_UNREADABLE, INPUT_INVALID */
export async function gatherFleet(
  paths: readonly string[],
  io: Io,
  { areLoadsAsked = true }: { readonly areLoadsAsked?: boolean } = {},
): Promise<GatheredFleet> {
  const { readFleet } = await import('../../fleet/read-fleet.ts');
  const { judgeFleet } = await import('../../budget/judge-fleet.ts');
  const { allocateFleet } = await import('../../budget/allocate.ts');
  const { allocationFindings } = await import('../../budget/allocation/allocation-findings.ts');
  const { withDeclaredQuotas } = await import('../../budget/allocation/declared-quotas.ts');
  const { quotasOf } = await import('../../budget/quotas.ts');
  const { model: read, findings, notes, own, files } = await readFleet(paths, io.cwd);
  const { model, findings: ofLoads } = areLoadsAsked ? await withLoads(read, io) : { model: read, findings: [] };
  const judged = judgeFleet(model);
  const allocation = withDeclaredQuotas(model, judged, allocateFleet(model));
  const answer = {
    ...judged,
    findings: [...judged.findings, ...findings, ...ofLoads, ...allocationFindings(allocation)],
  };
  const declared = { model: read, answer: { ...judged, findings: [...judged.findings, ...findings] } };
  return { declared, model, answer, allocation, quotas: quotasOf(model, answer, allocation), notes, own, files };
}

/** Only where a pool names where its load is measured, that code is loaded, and anybody is asked. */
async function withLoads(
  model: FleetModel,
  io: Io,
): Promise<{ readonly model: FleetModel; readonly findings: readonly FleetFinding[] }> {
  if (!model.services.some(({ pools }) => pools.some(({ loadSource }) => loadSource))) return { model, findings: [] };
  const { measureLoads } = await import('../../fleet/measured-loads.ts');
  return measureLoads(model, { cwd: io.cwd, env: io.env, nowMs: Date.now(), signal: stopSignal(io) });
}
