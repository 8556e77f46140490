import type { Concept } from './concepts.ts';
import type { DeclaredOption } from './declared-pool.ts';
import type { KnownOption } from './options.ts';

/** One setting of a declared pool, in poolctl's own terms: times in ms. */
export type PoolSetting =
  | { readonly kind: 'set'; readonly value: number; readonly declared: DeclaredOption; readonly option: KnownOption }
  | { readonly kind: 'unlimited'; readonly declared?: DeclaredOption; readonly option?: KnownOption }
  /** Not given, and nothing hides it: the driver's default, undefined where it has none. */
  | { readonly kind: 'unset'; readonly value?: number; readonly option?: KnownOption }
  | { readonly kind: 'unknown'; readonly why: string; readonly declared?: DeclaredOption }
  /** This library has no such setting. */
  | { readonly kind: 'none'; readonly concept: Concept };
