import { packageVersion } from '../../base/version.ts';
import type { AcquireFacts, AcquireSink, ConnectFacts, PoolSample } from '../facts.ts';
import type { MonitoredPool } from '../pool-monitor.ts';
import { AcquireRing, type AcquireRow, holderAskedAtMs } from './acquire-ring.ts';
import { columnsOf } from './columns.ts';
import { type RecordingDocument, type RecordingReason, recordingSchemaName } from './document.ts';
import { Ring } from './ring.ts';
import { Sites } from './sites.ts';

export interface RingOptions {
  /** Acquires that are kept. */
  readonly acquires: number;
  /** How far back a recording goes. */
  readonly spanMs: number;
}

interface Sample extends PoolSample {
  readonly lagMs: number;
}

interface Timed {
  readonly startedAtMs: number;
  readonly tookMs: number;
}

const mostConnects = 4_096;
const mostSamples = 900;
const mostStops = 2_048;
/** What is shorter is in the lag alone. */
const shortestStopMs = 20;
/** Writing a stack out takes a while: of more acquires with one in a second, the place is not kept. */
const stacksPerSecond = 100;

/** What one pool did in the last minutes. */
export class PoolRecording implements AcquireSink {
  readonly #pool: MonitoredPool;
  readonly #options: RingOptions;
  readonly #sinceMs: number;
  readonly #acquires: AcquireRing;
  readonly #sites: Sites;
  readonly #connects = new Latest<ConnectFacts>(mostConnects);
  readonly #samples = new Latest<Sample>(mostSamples);
  readonly #stops = new Latest<Timed>(mostStops);
  #stacksLeft = stacksPerSecond;
  #sampledAtMs: number;
  #lateSquares = 0;

  constructor(pool: MonitoredPool, options: RingOptions, root: string) {
    this.#pool = pool;
    this.#options = options;
    this.#sinceMs = pool.observer.now();
    this.#acquires = new AcquireRing(options.acquires);
    this.#sites = new Sites(root);
    this.#sampledAtMs = this.#sinceMs;
    this.sampled({ ...pool.sizes(), atMs: this.#sinceMs });
  }

  ended(acquire: AcquireFacts): void {
    let stack: string | undefined;
    if (this.#stacksLeft > 0) {
      stack = acquire.stack;
      if (stack !== undefined) this.#stacksLeft -= 1;
    }
    this.#acquires.add(acquire, this.#sites.numberOf(stack));
  }

  connected(connect: ConnectFacts): void {
    this.#connects.add(connect);
  }

  sampled(sample: PoolSample): void {
    const lagMs = this.#lateSquares / Math.max(1, sample.atMs - this.#sampledAtMs);
    this.#samples.add({ ...sample, lagMs });
    this.#sampledAtMs = sample.atMs;
    this.#lateSquares = 0;
    this.#stacksLeft = stacksPerSecond;
  }

  /** The event loop came so much too late to this moment. */
  late(atMs: number, lateMs: number): void {
    // Who is due at any moment of a stop waits for the rest of it: half of it on average.
    this.#lateSquares += lateMs ** 2 / 2;
    if (lateMs >= shortestStopMs) this.#stops.add({ startedAtMs: atMs - lateMs, tookMs: lateMs });
  }

  /** The last minutes until now; `wallMs` is the wall clock, for the time that they began. */
  document(reason: RecordingReason, wallMs: number): RecordingDocument {
    const { observer, name, library } = this.#pool;
    const nowMs = observer.now();
    const ended = this.#acquires.rows();
    const { overwritten } = this.#acquires;
    const ringFromMs = overwritten > 0 ? endOf(ended[0]) : this.#sinceMs;
    const fromMs = Math.max(this.#sinceMs, nowMs - this.#options.spanMs, ringFromMs);
    const recent = ended.filter(({ askedAtMs }) => askedAtMs >= fromMs);
    const open = [...observer.held.values(), ...observer.waiting].map((acquire) => this.#rowOf(acquire, nowMs));
    const tables = columnsOf(
      {
        acquires: [...recent, ...open].sort((a, b) => a.askedAtMs - b.askedAtMs),
        connects: this.#connects.since(({ startedAtMs = 0 }) => startedAtMs >= fromMs),
        samples: this.#samples.since(({ atMs }) => atMs >= fromMs),
        stops: this.#stops.since(({ startedAtMs, tookMs }) => startedAtMs + tookMs > fromMs),
      },
      { fromMs, nowMs },
    );
    return {
      schema: recordingSchemaName,
      poolctl: packageVersion(),
      result: {
        startedAt: new Date(wallMs - (nowMs - fromMs)).toISOString(),
        durationUs: Math.round(1_000 * (nowMs - fromMs)),
        reason,
        pool: { name, library, ...this.#pool.waitLimits?.() },
        overwritten,
        sites: this.#sites.names,
        ...tables,
      },
    };
  }

  /** One that has not ended. */
  #rowOf(acquire: AcquireFacts, nowMs: number): AcquireRow {
    const { askedAtMs, queuedMs, connectingMs, waitMs, useMs, outcome, stack } = acquire;
    return {
      ...{ askedAtMs, queuedMs, connectingMs, useMs, outcome, holderAskedAtMs: holderAskedAtMs(acquire) },
      waitMs: waitMs ?? nowMs - askedAtMs,
      site: this.#sites.numberOf(stack),
    };
  }
}

function endOf({ askedAtMs, waitMs = 0, useMs = 0 }: AcquireRow = { askedAtMs: 0 } as AcquireRow): number {
  return askedAtMs + waitMs + useMs;
}

/** The last rows of a table that grows slowly, so that they may be objects. */
class Latest<Row> {
  readonly #ring: Ring;
  readonly #rows: Row[] = [];

  constructor(capacity: number) {
    this.#ring = new Ring(capacity);
  }

  add(row: Row): void {
    this.#rows[this.#ring.next()] = row;
  }

  since(isRecent: (row: Row) => boolean): Row[] {
    return this.#ring.slots().flatMap((slot) => {
      const row = this.#rows[slot];
      return row !== undefined && isRecent(row) ? [row] : [];
    });
  }
}
