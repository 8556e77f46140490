import type {
  ConnectTimes,
  LoadConnection,
  LoadDriver,
  LoadPool,
  LoadPoolSettings,
  LoadTarget,
} from '../../drivers/driver.ts';

type Acquired = Parameters<LoadPool['acquire']>[0];
type Opened = Awaited<ReturnType<LoadDriver['connect']>>;

export interface UnpooledParts {
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  /** Without a pool, its limits on waiting have no meaning. */
  readonly settings: LoadPoolSettings;
  readonly now: () => number;
  /** Called for each new session, because each lasts for a moment only. */
  readonly sessionsChanged: () => void;
}

/** A new connection for each request, and never more than connectionLimit at once: what a service without a pool does. */
export class Unpooled implements LoadPool {
  readonly #driver: LoadDriver;
  readonly #to: LoadTarget;
  readonly #settings: LoadPoolSettings;
  readonly #now: () => number;
  readonly #sessionsChanged: () => void;
  readonly #ending = new AbortController();
  readonly #open = new Map<number, Opened>();
  readonly #line: Acquired[] = [];
  /** Connections that open, are open or close. */
  #places = 0;
  #emptied: (() => void) | undefined;

  constructor({ driver, to, settings, now, sessionsChanged }: UnpooledParts) {
    this.#driver = driver;
    this.#to = to;
    this.#settings = settings;
    this.#now = now;
    this.#sessionsChanged = sessionsChanged;
  }

  /** Opens one and closes it again, so that a wrong login shows before the load. */
  async openAll(signal: AbortSignal): Promise<readonly ConnectTimes[]> {
    const { times, close } = await this.#driver.connect(this.#to, this.#settings.connectTimeoutMs, signal);
    await close();
    return [times];
  }

  acquire(done: Acquired): void {
    if (this.#places < this.#settings.connectionLimit) void this.#connect(done);
    else this.#line.push(done);
  }

  refuseWaiting(): void {
    for (const done of this.#line.splice(0)) done(new Error('The load is over.'), undefined, undefined);
  }

  get waiting(): number {
    return this.#line.length;
  }

  get connections(): number {
    return this.#places;
  }

  get processIds(): readonly number[] {
    return [...this.#open.keys()];
  }

  async end(graceMs: number): Promise<void> {
    this.#ending.abort();
    this.refuseWaiting();
    if (this.#places === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
      this.#emptied = resolve;
    });
    for (const { close } of this.#open.values()) void close().catch(() => {});
    await over;
    clearTimeout(timer);
  }

  async #connect(done: Acquired): Promise<void> {
    this.#places += 1;
    const startMs = this.#now();
    let opened: Opened;
    try {
      opened = await this.#driver.connect(this.#to, this.#settings.connectTimeoutMs, this.#ending.signal);
    } catch (error) {
      this.#leave();
      done(error instanceof Error ? error : new Error(String(error)), undefined, undefined);
      return;
    }
    this.#open.set(opened.connection.processId, opened);
    this.#sessionsChanged();
    done(undefined, this.#lent(opened), this.#now() - startMs);
  }

  #lent({ connection, close }: Opened): LoadConnection {
    return {
      processId: connection.processId,
      run: (statement, values, done) => connection.run(statement, values, done),
      // The place is free when the session has closed, as far as the driver can tell.
      release: () => {
        const leave = () => {
          this.#open.delete(connection.processId);
          this.#leave();
        };
        close().then(leave, leave);
      },
    };
  }

  #leave(): void {
    this.#places -= 1;
    const next = this.#line.shift();
    if (next) void this.#connect(next);
    else if (this.#places === 0) this.#emptied?.();
  }
}
