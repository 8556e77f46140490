import type { PoolSizes } from '../../src/monitor/facts.ts';
import { PoolObserver } from '../../src/monitor/observer.ts';
import type { MonitoredPool } from '../../src/monitor/pool-monitor.ts';

/** A pool without connections, whose clock the test moves. */
export function stillPool(sizes: PoolSizes = { used: 0, idle: 0, connecting: 0, pending: 0, limit: 5 }) {
  const clock = { ms: 1_000 };
  const observer = new PoolObserver({ now: () => clock.ms });
  const pool: MonitoredPool = {
    ...{ name: 'db.example:5432/orders', library: 'pg', system: 'postgresql', observer },
    ...{ sizes: () => sizes, alsoMeteredBy: () => undefined },
  };
  /** Asks, waits and holds for so long; a connection that is not returned when `holdMs` is left out. */
  const acquire = (waitMs: number, holdMs?: number) => {
    const asked = observer.asked();
    clock.ms += waitMs;
    const connection = {};
    asked.granted(connection);
    if (holdMs === undefined) return;
    clock.ms += holdMs;
    observer.released(connection);
  };
  return { pool, observer, clock, acquire };
}
