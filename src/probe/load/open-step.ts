import type { ConnectTimes, LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import { createDraw } from '../workload/draw.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { Clock } from './clock.ts';
import { type LoadPools, poolsAsOne } from './instances.ts';
import type { StepPlan } from './model.ts';
import type { PumpMaker } from './pump.ts';
import { runLoad } from './run-load.ts';
import type { Shard } from './shard.ts';
import type { ShardRun, ShardTick } from './shard-run.ts';
import { Unpooled } from './unpooled.ts';

export interface StepParts {
  readonly to: LoadTarget;
  readonly driver: LoadDriver;
  readonly workload: ProbeWorkload;
  readonly plan: StepPlan;
  readonly shard: Shard;
  readonly clock: Clock;
  readonly makePump: PumpMaker;
  readonly signal: AbortSignal;
  readonly drainMs?: number;
  readonly hasSlices?: boolean;
  readonly onTick?: (tick: ShardTick) => void;
  /** Called whenever the pool's sessions may have become others. */
  readonly onSessions?: (processIds: readonly number[]) => void;
  readonly onStuck?: () => Promise<void>;
}

/** A pool with all its connections, ready for its load. */
export interface OpenedStep {
  readonly connects: readonly ConnectTimes[];
  /** Runs the load from the moment on, or at once, and closes the pool. */
  run(startMs?: number): Promise<ShardRun>;
  /** Closes the pool without a load. */
  close(): Promise<void>;
}

/** The wait for connections to close; later ones end by the server's own timers. */
const endGraceMs = 1_000;

/** @throws PoolctlError where a connection cannot be opened; those that could are closed again */
export async function openStep(parts: StepParts): Promise<OpenedStep> {
  const { driver, to, workload, plan, shard, signal, clock, onSessions } = parts;
  // Each thread draws its own numbers, by the seed's higher half, which is otherwise not used.
  const draw = createDraw(workload, plan.seed + shard.thread * 2 ** 32);
  const tellSessions = () => onSessions?.(pool.processIds);
  const createPool = () =>
    plan.unpooled
      ? new Unpooled({ driver, to, settings: plan.pool, now: clock.now, sessionsChanged: tellSessions })
      : driver.createPool(to, plan.pool);
  const pools = Array.from({ length: plan.instances ?? 1 }, createPool);
  const pool = poolsAsOne(pools);
  const close = async () => {
    await pool.end(endGraceMs);
    tellSessions();
  };
  const connects = await openAll(pool, signal, tellSessions, close);
  return {
    connects,
    close,
    async run(startMs) {
      try {
        return await runLoad({
          ...parts,
          ...{ pool, pools, draw, startMs, classify: (error) => driver.classify(error) },
          statementTimeoutMs: to.safety.statementTimeoutMs,
          onTick(tick) {
            tellSessions();
            parts.onTick?.(tick);
          },
          async onStuck() {
            tellSessions();
            await parts.onStuck?.();
          },
        });
      } finally {
        await close();
      }
    },
  };
}

async function openAll(
  pool: LoadPools,
  signal: AbortSignal,
  tellSessions: () => void,
  close: () => Promise<void>,
): Promise<readonly ConnectTimes[]> {
  try {
    return await pool.openAll(signal);
  } catch (error) {
    tellSessions();
    await close();
    throw error;
  } finally {
    tellSessions();
  }
}
