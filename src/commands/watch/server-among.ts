import { type Io, stopSignal } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type NamedPlaces, readTimeoutMs } from '../../cli/target.ts';
import type { ConnectionTarget } from '../../engines/target.ts';

/** Of several places, the one that answers as wanted is looked for before each login: after a failover it is another. */
export function serverAmong(named: NamedPlaces, read: ReadOption, io: Io): () => Promise<ConnectionTarget> {
  return () => named.choose({ timeoutMs: readTimeoutMs(read), signal: stopSignal(io) });
}
