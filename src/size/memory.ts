import type { FleetDemand } from './budget.ts';

/** What one connection costs a server of this engine, in bytes; from its server profile. */
export interface MemoryPerConnection {
  readonly engine: string;
  readonly typicalBytes: number;
  readonly lowBytes: number;
  readonly highBytes: number;
  readonly source: string;
}

/** The memory that the fleet's connections take on a server of one engine, by the typical cost of a connection. */
export interface MemoryEstimate {
  readonly engine: string;
  readonly bytesPerConnection: { readonly typical: number; readonly low: number; readonly high: number };
  readonly normalBytes: number;
  readonly rolloutBytes: number;
  readonly source: string;
}

/** The often repeated "4 MB per connection". No primary source gives it; shown by name, never used. See `explain memory`. */
export const folkloreBytesPerConnection = 4 * 2 ** 20;

/** Server memory for the fleet's connections, with the engine's typical cost of one. */
export function estimateMemory(engines: readonly MemoryPerConnection[], fleet: FleetDemand): MemoryEstimate[] {
  return engines.map(({ engine, typicalBytes, lowBytes, highBytes, source }) => ({
    engine,
    bytesPerConnection: { typical: typicalBytes, low: lowBytes, high: highBytes },
    normalBytes: fleet.normal.connections * typicalBytes,
    rolloutBytes: fleet.rollout.connections * typicalBytes,
    source,
  }));
}
