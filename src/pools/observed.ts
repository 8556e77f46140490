import type { EngineId } from '../base/engine.ts';
import type { PoolSizes } from '../monitor/facts.ts';
import { PoolObserver } from '../monitor/observer.ts';
import { PoolMonitor } from '../monitor/pool-monitor.ts';
import { borrowerStack } from '../monitor/stack.ts';

/** OpenTelemetry's db.system.name. */
const systems = { postgres: 'postgresql', mysql: 'mysql', mariadb: 'mariadb' } as const;
/**
 * The borrower's stack is taken for one request in so many, and more often while so much of the pool is in use; it costs
 * 5 to 20 µs. A leak comes back to its place, so that a hundred a second are enough.
 */
const stackEvery = 20;
const stackAboveShare = 0.8;
const stackPauseMs = 10;

interface Observable {
  readonly id: string;
  readonly engine: EngineId | undefined;
  readonly now: () => number;
  /** Whether stacks are wanted, for reports of leaks. */
  readonly wantsStacks: boolean;
  readonly acquireTimeoutMs: number;
  sizes(): PoolSizes;
}

/** The pool of an entry as `poolctl/monitor` sees pools. Its counters are the manager's: it has its own queue, so waits are exact. */
export function observe({ id, engine, now, wantsStacks, acquireTimeoutMs, sizes }: Observable): PoolMonitor {
  let asked = 0;
  let takenMs = Number.NEGATIVE_INFINITY;
  const observer = new PoolObserver({ now });
  observer.borrowers = {
    asked: (acquire) => {
      if (!wantsStacks) return;
      const isInTurn = asked++ % stackEvery === 0;
      if (!isInTurn && acquire.askedAtMs - takenMs < stackPauseMs) return;
      const { used, limit = Number.POSITIVE_INFINITY } = sizes();
      if (!isInTurn && used < limit * stackAboveShare) return;
      takenMs = acquire.askedAtMs;
      acquire.trace = borrowerStack();
    },
    released: () => {},
  };
  return new PoolMonitor(
    'poolctl',
    { name: id, system: engine && systems[engine], sizes, waitLimits: () => ({ acquireTimeoutMs }), detach: () => {} },
    observer,
    id,
  );
}
