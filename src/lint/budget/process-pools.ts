import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';

/** The connections that one process of a service may take, as far as they are known. */
export interface ProcessPools {
  readonly size: number;
  readonly pools: readonly DeclaredPool[];
  /** What `size` adds up. */
  readonly parts: readonly PoolPart[];
  readonly place: SourceSpan;
  /** What packages open by themselves, which `size` counts too. */
  readonly hidden?: readonly HiddenShare[];
  /** Why there may be more. */
  readonly unknown?: string;
}

/** The connections of one pool of a process, or those that one variable gives it. */
export interface PoolPart {
  /** The variable or the field that holds the pool, or the variable that sizes it. */
  readonly name: string;
  /** Undefined where it is not known. */
  readonly connections?: number;
  /** Why it is not known. */
  readonly unknown?: string;
  /** What says so: "max", "pool_size + max_overflow". */
  readonly setting?: string;
  /** Nothing is set, so that the library's default decides. */
  readonly isDefault?: boolean;
  readonly pool?: DeclaredPool;
  readonly place: SourceSpan;
}

/** The connections that a package opens by itself: 10 of pg-boss. */
export interface HiddenShare {
  readonly title: string;
  readonly size: number;
}
