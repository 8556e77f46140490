import type { AlarmName } from './events.ts';
import type { PoolSizes } from './facts.ts';
import { utilizationOf } from './figures.ts';

export interface HealthReport {
  readonly meanUtilization: number | undefined;
  readonly meanPending: number;
  readonly warnings: readonly AlarmName[];
}

/** The samples of some minutes in one report. A single sample says little: a healthy pool is full now and then. */
export class HealthCheck {
  readonly #everyMs: number;
  #fromMs: number;
  #samples = 0;
  #utilization = 0;
  #pending = 0;
  #raised = new Set<AlarmName>();

  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs;
    this.#fromMs = nowMs;
  }

  /** The report, where its time has come. `raised`: the alarms that are raised now. */
  sample(nowMs: number, sizes: PoolSizes, raised: readonly AlarmName[]): HealthReport | undefined {
    if (this.#everyMs === 0) return undefined;
    this.#samples += 1;
    this.#utilization += utilizationOf(sizes) ?? 0;
    this.#pending += sizes.pending;
    for (const name of raised) this.#raised.add(name);
    if (nowMs - this.#fromMs < this.#everyMs) return undefined;
    const report: HealthReport = {
      meanUtilization: sizes.limit === undefined ? undefined : this.#utilization / this.#samples,
      meanPending: this.#pending / this.#samples,
      warnings: [...this.#raised],
    };
    [this.#fromMs, this.#samples, this.#utilization, this.#pending] = [nowMs, 0, 0, 0];
    this.#raised = new Set();
    return report;
  }
}
