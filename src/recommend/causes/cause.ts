/** What a bigger pool does not cure. */
export type PoolCause = 'leak' | 'slow-database' | 'burst' | 'no-room';

/** A cause with what shows it. */
export interface FoundCause {
  readonly cause: PoolCause;
  /** In words, with the numbers. */
  readonly evidence: readonly string[];
  /** What to do. */
  readonly fix: string;
}
