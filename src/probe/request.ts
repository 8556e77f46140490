import type { EngineId } from '../base/engine.ts';
import type { PoolLimits } from '../base/pool-notation.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import type { Control } from './control/control.ts';
import type { OnProbeEvent } from './events.ts';
import type { PoolerRequest } from './pooler/meet.ts';
import type { WatchLimits } from './run/watch.ts';
import type { ProbeWorkload } from './workload/model.ts';

/** What a probe is asked to do. */
export interface ProbeRequest {
  readonly target: ConnectionTarget;
  /** The target is a pooler; left out for the server itself. */
  readonly pooler?: PoolerRequest;
  /** The longest wait for a login and for each answer of the control connection. */
  readonly timeoutMs: number;
  /** Makes the workload, once the server can be asked. `run` is part of the names of objects that it creates. */
  readonly workload: (control: Control, engine: EngineId, run: string) => Promise<ProbeWorkload> | ProbeWorkload;
  readonly task: ProbeTask;
  /** How long to measure, in all. */
  readonly durationMs: number;
  readonly warmupMs?: number;
  readonly arrivals: ProbeArrivals;
  readonly seed: number;
  readonly threads: number;
  /** How many of the server's free connections poolctl may take; 0 to 1. */
  readonly share: number;
  readonly limits: Omit<WatchLimits, 'freeFloor'> & { readonly freeFloor?: number };
  /** Asked before a load on a server that may be in production. */
  readonly consent: (reason: string) => Promise<boolean>;
  readonly isDryRun: boolean;
  readonly interrupted: AbortSignal;
  /** Aborted by an error that nobody caught, which is its reason: the load ends, and the server is cleaned up. */
  readonly crashed?: AbortSignal;
  readonly onEvent: OnProbeEvent;
  readonly now: () => number;
  /** The moment it starts, for the metadata. */
  readonly startedAt: Date;
}

/** When requests come, at a rate that the task names. */
export interface ProbeArrivals {
  readonly name: string;
  at(ratePerSecond: number): ArrivalLaw;
  /** The rate goes evenly from the first of these factors to the second. */
  readonly ramp?: { readonly from: number; readonly to: number };
}

/** The question that a probe answers. */
export type ProbeTask =
  /** Finds the size, and proves it at the rate. */
  | {
      readonly kind: 'ramp';
      readonly sizes?: readonly number[];
      readonly rounds: number;
      /** Too short a time is then an error; else it means fewer rounds. */
      readonly areRoundsFixed?: boolean;
      /** Requests a second that one instance sends. */
      readonly tps?: number;
      /** Instances that will share the server: the advice is for each of them; 1 by default. */
      readonly instances?: number;
    }
  | {
      readonly kind: 'load';
      /** Of each instance. */
      readonly pool: PoolLimits;
      /** Requests a second that one instance sends. */
      readonly tps?: number;
      /** Requests at once, of all instances together. */
      readonly concurrency?: number;
      /** So many with a pool of their own each; 1 by default. */
      readonly instances?: number;
    }
  | {
      readonly kind: 'verify';
      /** Of each instance. */
      readonly pool: PoolLimits;
      /** Requests a second that one instance sends. */
      readonly tps: number;
      /** So many with a pool of their own each; 1 by default. */
      readonly instances?: number;
      /** How requests find their instance; by lot when left out. */
      readonly splitBy?: 'round-robin';
      /** Where the settings came from. */
      readonly source: string;
      /** How long the settings were made to hold a connection; else by what is measured. */
      readonly law?: HoldLaw;
    }
  | {
      readonly kind: 'compare';
      readonly pools: readonly [PoolLimits, PoolLimits];
      readonly tps: number;
      readonly rounds: number;
    }
  | { readonly kind: 'compare-unpooled'; readonly concurrencies: readonly number[]; readonly rounds: number }
  | { readonly kind: 'stall'; readonly pool: PoolLimits; readonly tps: number; readonly freezeMs: number };

/** How many instances the load of a task is of; the advice of a ramp is for more than it loads. */
export function loadedInstances(task: ProbeTask): number {
  return task.kind === 'load' || task.kind === 'verify' ? (task.instances ?? 1) : 1;
}
