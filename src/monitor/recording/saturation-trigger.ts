import type { PoolObserver } from '../observer.ts';
import type { RecorderSettings } from './options.ts';

/** Says when a file is due: a while after requests began to wait too long or to fail, and not again soon. */
export class SaturationTrigger {
  readonly #settings: Pick<RecorderSettings, 'saturatedAfterMs' | 'tailMs' | 'pauseMs'>;
  #failed: number | undefined;
  #saturatedAtMs: number | undefined;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(settings: Pick<RecorderSettings, 'saturatedAfterMs' | 'tailMs' | 'pauseMs'>) {
    this.#settings = settings;
  }

  /** Asked about once a second. */
  isDue({ counters, waiting, now }: Pick<PoolObserver, 'counters' | 'waiting' | 'now'>): boolean {
    const nowMs = now();
    const { saturatedAfterMs, tailMs, pauseMs } = this.#settings;
    const failed = counters.failed.timeout + counters.failed.refused;
    const hasFailed = failed > (this.#failed ?? failed);
    this.#failed = failed;
    if (nowMs - this.#writtenAtMs < pauseMs) return false;
    const [oldest] = waiting;
    const isSaturated = hasFailed || (oldest !== undefined && nowMs - oldest.askedAtMs >= saturatedAfterMs);
    if (isSaturated) this.#saturatedAtMs ??= nowMs;
    if (this.#saturatedAtMs === undefined || nowMs - this.#saturatedAtMs < tailMs) return false;
    this.#saturatedAtMs = undefined;
    this.#writtenAtMs = nowMs;
    return true;
  }
}
