import type { EngineId } from '../base/engine.ts';
import type { SourceSpan } from './source-span.ts';
import type { Resolved } from './value.ts';

/** An option as the file has it. */
export interface DeclaredOption {
  /** As the driver's profile calls it, with dots where it is nested: `max`, `extra.connectionLimit`. */
  readonly name: string;
  readonly value: Resolved;
  /** The whole entry, key and value. */
  readonly place: SourceSpan;
  readonly keyPlace: SourceSpan;
  /** Why it does nothing where it stands. */
  readonly misplaced?: string;
  /** What its file says to other programs, or does to its own: a whole sentence. */
  readonly differs?: string;
}

/** A pool that a file declares, in code or in configuration. */
export interface DeclaredPool {
  /** The profile in profiles/drivers that knows its options: `mysql2`, `typeorm-postgres`. */
  readonly library: string;
  /** The profile of the driver below an ORM. */
  readonly driver?: string;
  /** The npm package, and the version that the lock file has. */
  readonly package?: string;
  readonly version?: string;
  readonly engine?: EngineId;
  /** The call, or the object or section that has the options. */
  readonly place: SourceSpan;
  /** As the file writes it: `createPool`, `new DataSource`, `spring.datasource.hikari`. */
  readonly made: string;
  /** The variable, field or key that holds it. */
  readonly name?: string;
  readonly options: readonly DeclaredOption[];
  /** Why some options cannot be seen, such as a spread of a parameter: an option that is not there may still be set. */
  readonly opaque?: string;
  /** Where it is made: once a process, or again with each call of a function. */
  readonly lives: 'module' | 'instance' | 'function' | 'request';
  /** A function of a snippet of poolctl bounds the queue: `boundQueue(pool, { … })`. */
  readonly isQueueBounded?: true;
  /** Endpoints of a replication, each with a pool of its own. */
  readonly endpoints?: number;
  /** Environment it is for, where the file has several: `production`. */
  readonly environment?: string;
}
