import type { Sized } from '../size/result.ts';
import type { Flags } from './core.ts';
import { sharedFlags } from './fields.ts';

type Pool = Pick<Sized, 'connectionLimit' | 'queueLimit' | 'acquireTimeoutMs' | 'nobodyWaits'>;

/** The flags of `simulate` for a pool that `size` has answered, with those of the fields of the simulation. */
export function simulatedFlags(flags: Flags, own: Flags, pool: Pool, before: Pool | undefined): Flags {
  const shared = Object.entries(flags).filter(([flag]) => sharedFlags.includes(flag));
  return {
    ...Object.fromEntries(shared.filter(([flag]) => flag !== 'surge' || own['scenario'] === 'deploy')),
    'connection-limit': `${pool.connectionLimit}`,
    'queue-limit': queueText(pool),
    'acquire-timeout': `${pool.acquireTimeoutMs}ms`,
    ...(before && { vs: `${before.connectionLimit}/${queueText(before)}/${before.acquireTimeoutMs}ms` }),
    ...own,
  };
}

function queueText({ queueLimit, nobodyWaits }: Pool): string {
  return nobodyWaits ? 'none' : `${queueLimit}`;
}
