import type { CompleteDefinition } from '../defaults.ts';
import type { FailureKind } from '../failure-kind.ts';

/** What a statement gave. */
export interface QueryResult<Row = Record<string, unknown>> {
  readonly rows: Row[];
  /** How many rows it returned, inserted, changed or deleted. */
  readonly affectedRows: number;
}

/** How a statement ends: with an error or a result. */
export type QueryDone = (error: Error | null, result: QueryResult) => void;

/** One connection of a driver, as the manager keeps it. */
export interface DriverConnection {
  /** What borrowers get, behind a guard: `pg.Client`, or the `Connection` of `mysql2/promise`. */
  readonly client: object;
  /** Runs one statement. Callbacks, as a promise of the driver costs more than the whole lease. */
  run(sql: string, params: readonly unknown[] | undefined, done: QueryDone): void;
  /** Whether a statement still runs or waits on it. */
  isBusy(): boolean;
  /** Whether a transaction is open. */
  isInTransaction(): boolean;
  /** Bytes that the server has sent so far. */
  bytesRead(): number;
  /** Whether its socket keeps the process alive. */
  holdProcess(holds: boolean): void;
  /** Says goodbye, and closes. */
  end(): void;
  destroy(): void;
}

/** What to open, and whom to tell what becomes of it. */
export interface OpenRequest {
  readonly definition: CompleteDefinition;
  readonly password: string | undefined;
  /** Destroys what is being opened. */
  readonly signal: AbortSignal;
  /** It cannot be used any more. May come more than once, and before `closed`. */
  readonly lost: () => void;
  /** Its socket is closed, by whomever: the server has its place back. */
  readonly closed: () => void;
}

/** How connections of one library are opened. */
export interface PoolDriver {
  /** An open connection. When it fails, its socket is closed before the promise is rejected with the driver's error. */
  open(request: OpenRequest): Promise<DriverConnection>;
  /** Why connecting failed, by codes of the server and the library; undefined for errors of the system. */
  failureKind(error: unknown): FailureKind | undefined;
}
