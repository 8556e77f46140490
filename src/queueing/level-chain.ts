/** Arrivals in two phases and in batches, with exponential holds; the mean hold is the unit of time. */
export interface LevelChain {
  /** Connections; a real number where Hayward's rule shrinks the pool. */
  readonly servers: number;
  /** Requests per mean hold in the quiet phase and in the burst; equal without bursts. */
  readonly rates: readonly [quiet: number, burst: number];
  /** How often per mean hold the quiet phase and the burst end; above 0. */
  readonly endings: readonly [quiet: number, burst: number];
  /** Requests that come at one moment. */
  readonly batchSize: number;
  /** Requests that may wait; unlimited when left out, and then the load must be below the servers. */
  readonly places?: number;
  /** How many of k that wait leave per mean hold, served or not: index k, from 1 to `places`. The servers' rate when left out. */
  readonly leaving?: Float64Array;
  /** How likely the request that would take place k stays, where it stays only if the one before it does: index k, from 0. 1 when left out. */
  readonly staying?: Float64Array;
}
