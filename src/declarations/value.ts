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

export interface KnownValue {
  readonly kind: 'known';
  readonly value: Scalar;
  /** Nearest first. */
  readonly origins: readonly Origin[];
}

/** What an option comes to. What cannot be resolved is unknown, with the reason; it is never taken for a default. */
export type Resolved = KnownValue | UnknownValue;

export interface UnknownValue {
  readonly kind: 'unknown';
  readonly why: string;
  readonly origins: readonly Origin[];
  /** It is one of these and nothing else: the arms of a condition, the values that several env files give. */
  readonly candidates?: readonly KnownValue[];
}
