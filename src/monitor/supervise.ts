import type { ObservedAcquire } from './acquire.ts';
import { Alarm } from './alarm.ts';
import { enterContext } from './contexts.ts';
import type { AlarmName, CheckoutEventKind, MonitorEvent } from './events.ts';
import type { PoolSizes } from './facts.ts';
import { figuresOf, utilizationOf } from './figures.ts';
import { HealthCheck } from './health-check.ts';
import { type LeakOptions, LeakWatch } from './leaks.ts';
import type { MonitoredPool } from './pool-monitor.ts';
import { Seldom } from './seldom.ts';
import { everySecond } from './ticker.ts';

export interface SuperviseOptions {
  readonly leak?: LeakOptions;
  readonly alarms?: {
    /** Share of the connections in use above which it is raised: 0.8 by default. Ten points below, it is cleared. */
    readonly utilization?: number;
    /** Requests that wait above which it is raised: 10 by default. Below 80 % of that, it is cleared. */
    readonly pending?: number;
  };
  /** How often a `check` event comes, in ms: every five minutes by default; 0 for none. */
  readonly checkEveryMs?: number;
  /**
   * Follows asynchronous contexts, to see who asks for a connection while holding one. Off by default: Node.js follows
   * every promise of the process for it.
   */
  readonly contexts?: boolean;
}

const fiveMinutesMs = 300_000;

/** Leaks, alarms, the check every five minutes, and one sample a second for the sinks. Gives the function that stops it. */
export function supervise(
  pool: MonitoredPool,
  options: SuperviseOptions,
  emit: (event: MonitorEvent) => void,
): () => void {
  const { observer } = pool;
  const seldom = new Seldom();
  const tell = (kind: CheckoutEventKind, acquire: ObservedAcquire): boolean => {
    const nowMs = observer.now();
    const untold = seldom.pass(`${kind}\n${placeOf(acquire)}`, nowMs);
    if (untold === undefined) return false;
    const heldMs = acquire.useMs ?? acquire.heldForMs(nowMs);
    emit({ kind, pool: pool.name, heldMs, stack: acquire.stack, untold });
    return true;
  };
  const leaks = new LeakWatch(observer, options.leak ?? {}, tell);
  const alarms = alarmsOf(options);
  const check = new HealthCheck(options.checkEveryMs ?? fiveMinutesMs, observer.now());
  observer.borrowers = {
    asked: (acquire) => {
      leaks.asked(acquire);
      if (!options.contexts) return;
      enterContext(acquire);
      if (acquire.holder) tell('nested-acquire', acquire);
    },
    released: (acquire, release) => leaks.released(acquire, release),
  };
  const look = (sizes: PoolSizes) => {
    observer.sampled(sizes);
    leaks.sweep(sizes);
    for (const { name, alarm, figureOf } of alarms) {
      const value = figureOf(sizes);
      const change = value === undefined ? undefined : alarm.sample(value);
      if (value === undefined || change === undefined) continue;
      emit({
        kind: 'alarm',
        pool: pool.name,
        alarm: name,
        isRaised: change === 'raised',
        value,
        status: figuresOf(sizes),
      });
    }
    const raised = alarms.filter(({ alarm }) => alarm.isRaised).map(({ name }) => name);
    const report = check.sample(observer.now(), sizes, raised);
    if (report) emit({ kind: 'check', pool: pool.name, status: figuresOf(sizes), ...report });
  };
  leaks.sweep(pool.sizes()); // to know the limit
  const stop = everySecond(() => {
    try {
      look(pool.sizes());
    } catch {
      stop(); // an error here would end the application
    }
  });
  observer.whenEnded(stop);
  return () => {
    stop();
    observer.borrowers = undefined;
  };
}

/** The frames next to the pool: what led there differs from request to request. */
function placeOf({ stack = '' }: ObservedAcquire): string {
  return stack.split('\n', 2).join('\n');
}

interface WatchedFigure {
  readonly name: AlarmName;
  readonly alarm: Alarm;
  readonly figureOf: (sizes: PoolSizes) => number | undefined;
}

function alarmsOf({ alarms: { utilization = 0.8, pending = 10 } = {} }: SuperviseOptions): readonly WatchedFigure[] {
  return [
    {
      name: 'utilization',
      alarm: new Alarm({ raiseAbove: utilization, clearBelow: utilization - 0.1 }),
      figureOf: utilizationOf,
    },
    {
      name: 'pending',
      alarm: new Alarm({ raiseAbove: pending, clearBelow: pending * 0.8 }),
      figureOf: (sizes) => sizes.pending,
    },
  ];
}
