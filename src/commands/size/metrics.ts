import { type Io, stopSignal } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import type { MeasuredDemand } from '../../demand/demand.ts';
import { demandFrom, demandOfFiles } from '../../demand/demand-from.ts';
import { loadOfDemand } from '../../demand/workload.ts';
import type { LoadToSize } from '../../measure/document.ts';

interface LoadOfMetrics {
  readonly load: LoadToSize;
  readonly warnings: readonly Warning[];
  readonly demand: MeasuredDemand;
}

/** What a Prometheus tells, or files with settings behind their names. */
export async function loadOfMetrics(source: string, io: Io): Promise<LoadOfMetrics> {
  return loadAnd(await demandFrom(source, { cwd: io.cwd, env: io.env, nowMs: Date.now(), signal: stopSignal(io) }));
}

/** The same of one file, or of standard input. */
export async function loadOfMetricsText(text: string, name: string): Promise<LoadOfMetrics> {
  return loadAnd(await demandOfFiles([{ name, text }]));
}

function loadAnd(demand: MeasuredDemand): LoadOfMetrics {
  return { load: loadOfDemand(demand), warnings: demand.warnings, demand };
}
