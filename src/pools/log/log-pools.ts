import { atLeast } from '../../base/check-number.ts';
import { longestTimerMs } from '../../base/deadline.ts';
import type { EngineId } from '../../base/engine.ts';
import { withoutThrowing } from '../../monitor/watched-pool.ts';
import type { PoolEventMap, PoolEventName } from '../events.ts';
import type { PoolEntryReport } from '../report.ts';
import { checkLocale, type PoolLocale, poolStatus } from '../status.ts';
import { type LogLevel, leftOut, type Message, messages, summaries } from './messages.ts';
import { RateLimit } from './rate-limit.ts';

/** Console, pino and winston are loggers as they are; NestJS's has `log` for `info`. */
export interface PoolLogger {
  debug?(message: string): void;
  info?(message: string): void;
  log?(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface LogPoolsOptions {
  /** `en`. */
  readonly locale?: PoolLocale;
  /** How often `📊 …` is logged at `debug`: 60 000 ms. */
  readonly summaryMs?: number;
  /** Of one kind for one pool, at most one message in so long: 10 000 ms. */
  readonly quietMs?: number;
}

/** What is logged; a PoolManager is one. */
export interface PoolEventSource {
  /** Gives the function that ends listening. */
  on<Name extends PoolEventName>(name: Name, listener: (event: PoolEventMap[Name]) => void): () => void;
  inspectEntries(): readonly PoolEntryReport[];
}

/**
 * Logs what happens to the pools of a manager; what the logger throws becomes a warning of the process. The function that it
 * gives ends that.
 *
 * @throws TypeError where it is no logger; RangeError for a locale that is not known; PoolctlError VALUE_INVALID for a time
 * that no timer has
 */
export function logPools(manager: PoolEventSource, logger: PoolLogger, options: LogPoolsOptions = {}): () => void {
  const { locale = 'en', summaryMs = 60_000, quietMs = 10_000 } = options;
  checkLocale(locale);
  atLeast('summaryMs', summaryMs, 1, longestTimerMs);
  atLeast('quietMs', quietMs, 0, longestTimerMs);
  if (typeof logger?.warn !== 'function' || typeof logger.error !== 'function')
    throw new TypeError('This is no logger: it has no warn() and error(). Give console, pino or the like.');
  const limit = new RateLimit(quietMs, () => performance.now());
  const engines = new Map<string, EngineId>();
  const write = (level: LogLevel, message: string) => {
    withoutThrowing('The logger of pools failed', () => {
      if (level === 'info' && !logger.info) logger.log?.(message);
      else logger[level]?.(message);
    });
  };

  const ends = names.map((name) => {
    const { level, [locale]: text }: Message<PoolEventMap[typeof name]> = messages[name] as never;
    return manager.on(name, (event) => {
      if ('engine' in event) engines.set(event.id, event.engine);
      const now = typeof level === 'function' ? level(event) : level;
      const omitted = limit.ask(`${name} ${now} ${event.id}`);
      if (omitted === undefined) return;
      write(now, text(event, { engine: engines.get(event.id) }) + (omitted > 0 ? leftOut[locale](omitted) : ''));
      if (name === 'pool.closed') engines.delete(event.id);
    });
  });
  const timer = setInterval(() => {
    const { totalPools, activePools } = poolStatus(manager.inspectEntries()).data;
    write('debug', summaries[locale](totalPools, activePools));
    limit.forget();
  }, summaryMs).unref();
  return () => {
    clearInterval(timer);
    for (const end of ends) end();
  };
}

const names = Object.keys(messages) as PoolEventName[];
