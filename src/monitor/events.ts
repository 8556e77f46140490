import type { PoolFigures } from './figures.ts';

export type CheckoutEventKind = 'leak' | 'returned-after-all' | 'released-in-transaction' | 'nested-acquire';

/**
 * A checkout that somebody should look at. `leak`: held for longer than `leak.afterMs`; nothing is done about it.
 * `returned-after-all`: it came back, so it was slow and not leaked. `released-in-transaction`: given back with a
 * transaction still open. `nested-acquire`: who asks holds a connection already; all of them held like that are a deadlock.
 */
export interface CheckoutEvent {
  readonly kind: CheckoutEventKind;
  /** Of the pool. */
  readonly pool: string;
  readonly heldMs: number;
  /** Of the borrower, from the call that asked for the connection on; undefined where it was not taken. */
  readonly stack: string | undefined;
  /** How many of the same stack were not told since the last one: at most one a minute is. */
  readonly untold: number;
}

export type AlarmName = 'utilization' | 'pending';

export type MonitorEvent =
  | CheckoutEvent
  /** Three samples a second apart were above the threshold, or below the one that clears it. */
  | {
      readonly kind: 'alarm';
      readonly pool: string;
      readonly alarm: AlarmName;
      readonly isRaised: boolean;
      /** Share of the limit, or requests that wait. */
      readonly value: number;
      readonly status: PoolFigures;
    }
  /** Every five minutes. `warnings`: the alarms that were raised in that time, and utilization where its mean was too high. */
  | {
      readonly kind: 'check';
      readonly pool: string;
      readonly status: PoolFigures;
      readonly meanUtilization: number | undefined;
      readonly meanPending: number;
      readonly warnings: readonly AlarmName[];
    };

/** An event in a sentence, for a log. */
export function describeEvent(event: MonitorEvent): string {
  switch (event.kind) {
    case 'leak':
      return `${event.pool}: a connection is held for ${seconds(event.heldMs)} and may be leaked${more(event)}.${by(event)}`;
    case 'returned-after-all':
      return `${event.pool}: a connection that was held for ${seconds(event.heldMs)} came back after all: slow, not leaked.${by(event)}`;
    case 'released-in-transaction':
      return `${event.pool}: a connection was given back with a transaction still open${more(event)}.${by(event)}`;
    case 'nested-acquire':
      return `${event.pool}: a request asks for a connection while it holds one${more(event)}. All connections held like that are a deadlock.${by(event)}`;
    case 'alarm':
      return `${event.pool}: ${alarmText(event.alarm, event.value)}${event.isRaised ? '' : ', and no alarm any more'}.`;
    case 'check':
      return `${event.pool}: ${event.status.activeConnections} connections in use, ${event.status.queuedRequests} requests wait${event.warnings.length > 0 ? `; too high: ${event.warnings.join(', ')}` : ''}.`;
    default:
      return event satisfies never;
  }
}

function alarmText(alarm: AlarmName, value: number): string {
  return alarm === 'utilization'
    ? `${Math.round(value * 100)} % of the connections are in use`
    : `${value} requests wait`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}

function more({ untold }: CheckoutEvent): string {
  return untold > 0 ? ` (${untold} more from there since the last report)` : '';
}

function by({ stack }: CheckoutEvent): string {
  return stack === undefined ? '' : `\n${stack}`;
}
