import type { SourceSpan } from './source-span.ts';

export type Scalar = string | number | boolean | null;

/** A station on the way of a value into an option: "default of DB_POOL", "POOL_SIZE in src/config.ts". */
export interface Origin {
  readonly kind:
    | 'literal'
    | 'constant'
    | 'import'
    | 'default'
    | 'environment'
    | 'env-file'
    | 'manifest'
    | 'url-parameter'
    | 'driver-default';
  /** Shown to users; never holds a secret. */
  readonly text: string;
  readonly place?: SourceSpan;
}

/** What an option comes to. What cannot be resolved is unknown, with the reason; it is never taken for a default. */
export type Resolved =
  | { readonly kind: 'known'; readonly value: Scalar; readonly origins: readonly Origin[] }
  | { readonly kind: 'unknown'; readonly why: string; readonly origins: readonly Origin[] };
