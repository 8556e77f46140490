import { dirname, resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { FleetFinding } from '../budget/answer.ts';
import type { BudgetPool, BudgetService, FleetModel, LoadSource } from '../budget/model.ts';
import { leastOf } from '../budget/service-demand.ts';
import type { DemandOptions, MeasuredDemand } from '../demand/demand.ts';
import { demandFrom } from '../demand/demand-from.ts';
import { workloadOfDemand } from '../demand/workload.ts';
import { checkWorkload, type Workload } from '../size/workload.ts';
import { placeWords } from './written.ts';

/** Questions to one Prometheus, or to several, at the same time. */
const atOnce = 4;

/**
 * The fleet with the loads of those pools that name where theirs are measured. Each source is asked once.
 * @throws PoolctlError with the place that names the source
 */
export async function measureLoads(
  model: FleetModel,
  options: DemandOptions,
): Promise<{ readonly model: FleetModel; readonly findings: readonly FleetFinding[] }> {
  const sources = model.services.flatMap(({ pools }) => pools.flatMap(({ loadSource }) => loadSource ?? []));
  if (sources.length === 0) return { model, findings: [] };
  const demands = new Map<string, MeasuredDemand>();
  const waiting = [...new Map(sources.map((source) => [keyOf(source), source])).values()];
  const ask = async (): Promise<void> => {
    for (let source = waiting.shift(); source; source = waiting.shift()) {
      demands.set(keyOf(source), await demandOfSource(source, options));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  const findings: FleetFinding[] = [];
  const services = model.services.map(
    (service): BudgetService => ({
      ...service,
      pools: service.pools.map((pool) => {
        const demand = pool.loadSource && demands.get(keyOf(pool.loadSource));
        if (!pool.loadSource || !demand) return pool;
        findings.push(...findingsOf(demand, service, pool));
        return { ...pool, load: { workload: joinLoad(pool.loadSource, demand, service), from: demand.what } };
      }),
    }),
  );
  return { model: { ...model, services }, findings };
}

/** Files are named from the folder of the file that names them. */
const keyOf = ({ from, file }: LoadSource): string => JSON.stringify([from, dirname(file)]);

async function demandOfSource(source: LoadSource, options: DemandOptions): Promise<MeasuredDemand> {
  try {
    return await demandFrom(source.from, { ...options, cwd: resolve(options.cwd, dirname(source.file)) });
  } catch (error) {
    throw placed(error, source);
  }
}

function placed(error: unknown, { place, file }: LoadSource): unknown {
  if (!(error instanceof PoolctlError)) return error;
  const where = place ? placeWords(place) : file;
  return new PoolctlError(error.code, `${where}: ${error.message}`, { hint: error.hint, cause: error });
}

/** What is written wins; times of two measurements do not mix. */
function joinLoad(source: LoadSource, demand: MeasuredDemand, { instances }: BudgetService): Workload {
  const { arrivalRatePerSecond, roundTripMs, scope: _, ...times } = source.written;
  const measured = workloadOfDemand(demand);
  const hasTimes = Object.keys(times).length > 0;
  const ofAll = demand.isOfInstance ? leastOf(instances.normal) : 1;
  const rate = measured.arrivalRatePerSecond;
  const workload: Workload = {
    scope: 'fleet',
    ...withoutUndefined({
      arrivalRatePerSecond: arrivalRatePerSecond ?? (rate === undefined ? undefined : rate * ofAll),
      roundTripMs,
    }),
    ...(hasTimes ? times : withoutUndefined({ measured: measured.measured, meanMs: measured.meanMs })),
  };
  const { measured: holds, holdMs, meanMs, p95Ms } = workload;
  if ((holds ?? holdMs ?? meanMs ?? p95Ms) === undefined) {
    const why = `${demand.what} tells the rate, and not how long a connection is held.`;
    const hint = 'Write hold, mean or p95 beside from.';
    throw placed(new PoolctlError('INPUT_MISSING', why, { hint }), source);
  }
  try {
    checkWorkload(workload);
  } catch (error) {
    throw placed(error, source);
  }
  return workload;
}

function findingsOf(
  { warnings }: MeasuredDemand,
  { name }: BudgetService,
  { to, loadSource }: BudgetPool,
): FleetFinding[] {
  return warnings.map(({ code, message, hint }) => ({
    id: code.toLowerCase().replaceAll('_', '-'),
    severity: 'warning',
    text: message,
    hint,
    server: to,
    service: name,
    ...(loadSource?.place && { place: loadSource.place }),
  }));
}
