import { formatCount, formatNumber } from '../base/units.ts';
import type { Cause } from './diagnosis.ts';
import type { Scene } from './scene.ts';

/** What to do about a cause. */
export function advice(cause: Cause, { nested }: Scene): string[] {
  switch (cause) {
    case 'leak':
      return [
        'Return each connection in a `finally`; `poolctl lint` names the paths that do not. A larger pool only delays the end.',
      ];
    case 'nested-acquire':
      return [
        'Let inner calls use the connection that the outer one holds, or ask for both before the work.',
        `Until then, let fewer requests begin than there are connections: n at once, each with ${formatCount(depthOf(nested) + 1, 'connection')}, need n × ${formatNumber(depthOf(nested))} + 1 to go on.`,
      ];
    case 'event-loop':
      return [
        'Move the long computation out of the process that answers (a worker thread, smaller steps), or run more processes. More connections do not help.',
      ];
    case 'slow-connects':
      return [
        'Keep connections open: a minimum of idle ones, a longer idle timeout; open them before the traffic comes. Look at what makes a login slow: DNS, TLS, a server that is full.',
      ];
    case 'slow-database':
      return [
        'Find what was slow: locks, a changed plan, a busy server (`poolctl inspect`, the slow-query log of that minute). More connections make a server that is busy slower.',
      ];
    case 'burst':
      return [
        'Let the queue take it if the wait is acceptable, or spread the burst. `poolctl simulate --trace` with this recording and `--vs` shows what another pool would make of it.',
      ];
    case 'too-small':
      return [
        'Size the pool for this load: `poolctl size --from` takes this recording, `poolctl simulate --trace` replays it with other settings.',
      ];
    default:
      return cause satisfies never;
  }
}

/** Connections that one request held while it waited for its last one. */
function depthOf(nested: Scene['nested']): number {
  const depths = new Map<number, number>();
  for (const { holder, waiter } of nested) depths.set(waiter.row, (depths.get(holder.row) ?? 0) + 1);
  return Math.max(1, ...depths.values());
}
