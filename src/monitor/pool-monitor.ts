import type { Attached } from './adapter.ts';
import type { PoolSizes, WaitLimits } from './facts.ts';
import type { PoolObserver } from './observer.ts';

/** One pool that is observed: what metrics, a recorder and a snapshot read. */
export interface MonitoredPool {
  /** Unique among the pools that are observed in this process. */
  readonly name: string;
  /** Of the adapter, such as `pg`. */
  readonly library: string;
  /** OpenTelemetry's db.system.name; undefined where the pool does not say it. */
  readonly system: string | undefined;
  readonly observer: PoolObserver;
  sizes(): PoolSizes;
  /** How requests may wait, by its settings. */
  waitLimits?(): WaitLimits;
  /** The package that gives metrics of the same names for this pool; undefined where none has been seen. */
  alsoMeteredBy?(): string | undefined;
}

/** Takes part in every pool of a monitor: metrics, a recorder. Gives the function that ends it for that pool. */
export type PoolPlugin = (pool: MonitoredPool) => () => void;

const namesInUse = new Set<string>();

/** The name, with #2, #3 and so on where another pool has it. */
function uniqueName(wanted: string): string {
  let name = wanted;
  for (let turn = 2; namesInUse.has(name); turn += 1) name = `${wanted}#${turn}`;
  namesInUse.add(name);
  return name;
}

export class PoolMonitor implements MonitoredPool {
  readonly name: string;
  readonly library: string;
  readonly system: string | undefined;
  readonly observer: PoolObserver;
  readonly #attached: Attached;

  constructor(library: string, attached: Attached, observer: PoolObserver, name: string | undefined) {
    this.library = library;
    this.observer = observer;
    this.#attached = attached;
    this.system = attached.system;
    this.name = uniqueName(name ?? attached.name);
    observer.whenEnded(() => namesInUse.delete(this.name));
  }

  sizes(): PoolSizes {
    return this.#attached.sizes();
  }

  waitLimits(): WaitLimits {
    return this.#attached.waitLimits?.() ?? {};
  }

  alsoMeteredBy(): string | undefined {
    return this.#attached.alsoMeteredBy?.();
  }

  detach(): void {
    this.#attached.detach();
    this.observer.ended();
  }
}
