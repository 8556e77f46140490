import type { PoolAcquire } from '../monitor/acquire.ts';
import type { PoolContext } from './context.ts';
import type { Generation } from './generation.ts';
import type { KeptConnection } from './kept-connection.ts';
import { ConnectionLease, type Lease } from './lease.ts';

interface Lending {
  readonly id: string;
  readonly context: PoolContext;
  readonly generation: Generation;
  readonly connection: KeptConnection;
  readonly acquire: PoolAcquire;
  readonly askedAtMs: number;
  /** It is lent, or comes back. */
  used(): void;
}

/** A connection goes to who asked for it. */
export function lend({ id, context, generation, connection, acquire, askedAtMs, used }: Lending): Lease {
  const { events, settings, clock } = context;
  acquire.granted(connection);
  used();
  const waitedMs = clock.now() - askedAtMs;
  const of = { id, generation: generation.number };
  const facts = () => ({ ...of, waitedMs, used: generation.used, max: generation.limit });
  if (events.isHeard('connection.acquired')) events.emit('connection.acquired', facts());
  if (waitedMs >= settings.slowAcquireMs) events.emit('acquire.slow', facts());
  return new ConnectionLease({
    id,
    driver: connection.driver,
    statementTimeoutMs: generation.definition.statementTimeoutMs,
    giveBack: (discard) => {
      used();
      generation.giveBack(connection, discard);
    },
    queryFailed: (error) => events.emit('query.failed', { ...of, error }),
  });
}
