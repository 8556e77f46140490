import { withoutUndefined } from '../base/without-undefined.ts';
import { connectionTarget } from '../engines/dsn-target.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import type { OnProbeEvent } from './events.ts';
import { defaultDurationMs } from './plan/plan.ts';
import type { ProbeArrivals, ProbeRequest, ProbeTask } from './request.ts';
import { defaultShare } from './run/guard.ts';
import { type Probed, probe } from './run/probe.ts';
import { defaultWorkload } from './workload/from-stats.ts';
import type { ProbeWorkload } from './workload/model.ts';

/** What a probe does; all of it may be left out. */
export interface ProbeOptions {
  /** Finds the size by default, and proves it at `tps` where that is given. */
  readonly task?: ProbeTask;
  /** Requests a second that one instance sends. */
  readonly tps?: number;
  /** Instances that will share the server: the advice is for each of them; 1 by default. Only without a `task`. */
  readonly instances?: number;
  /** The server's own reads by default, or SELECT 1 where it shows none. */
  readonly workload?: ProbeWorkload | ProbeRequest['workload'];
  readonly arrivals?: ProbeArrivals;
  /** How long to measure, in all; a minute by default. */
  readonly durationMs?: number;
  /** The server behind the pooler that the DSN goes through, which is watched and cleaned up. */
  readonly control?: string | ConnectionTarget;
  /** PgBouncer's console, where the DSN's own user may not use it. */
  readonly console?: string | ConnectionTarget;
  readonly timeoutMs?: number;
  readonly seed?: number;
  readonly threads?: number;
  /** The part of the free connections that it may take, 0 to 1; a quarter by default. */
  readonly share?: number;
  readonly limits?: ProbeRequest['limits'];
  /** Whether to put a load on a server of another machine; no by default. */
  readonly consent?: ProbeRequest['consent'];
  readonly isDryRun?: boolean;
  /** Ends it early: what was measured until then is the result. */
  readonly signal?: AbortSignal;
  readonly onEvent?: OnProbeEvent;
}

const rounds = 3;
const timeoutMs = 5_000;
const poisson: ProbeArrivals = { name: 'poisson', at: (ratePerSecond) => ({ kind: 'poisson', ratePerSecond }) };

/**
 * Probes the server of a DSN, `postgres://…` or `mysql://…`, as `poolctl probe` does. What ends it early, but after
 * something was measured, is in `failure` beside the result.
 * @throws PoolctlError where nothing was measured
 */
export function probeServer(server: string | ConnectionTarget, options: ProbeOptions = {}): Promise<Probed> {
  const { tps, instances, workload, control, console } = options;
  const { task = { kind: 'ramp', rounds, ...withoutUndefined({ tps, instances }) } } = options;
  return probe({
    target: connectionTarget(server),
    ...(control && {
      pooler: { control: connectionTarget(control), ...(console && { console: connectionTarget(console) }) },
    }),
    task,
    workload:
      typeof workload === 'function'
        ? workload
        : ({ session }, engine) => workload ?? defaultWorkload(session, engine, { prepared: true }),
    arrivals: options.arrivals ?? poisson,
    durationMs: options.durationMs ?? defaultDurationMs(rounds),
    timeoutMs: options.timeoutMs ?? timeoutMs,
    seed: options.seed ?? 1,
    threads: options.threads ?? 1,
    share: options.share ?? defaultShare,
    limits: options.limits ?? {},
    consent: options.consent ?? (async () => false),
    isDryRun: options.isDryRun ?? false,
    interrupted: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => {}),
    now: () => performance.now(),
    startedAt: new Date(),
  });
}
