import { randomBytes } from 'node:crypto';
import { unlessAborted } from '../../base/deadline.ts';
import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { leftoverName, probeLeftovers } from '../../inspect/leftovers.ts';
import { type LiveBudget, liveBudget } from '../../inspect/live-budget.ts';
import type { Control } from '../control/control.ts';
import { openControl } from '../control/open.ts';
import { connectionsOf } from '../load/model.ts';
import { planFor, shardOf } from '../load/shard.ts';
import type { ProbeRequest } from '../request.ts';
import type { GuardStatus } from '../result.ts';
import { askConsent, consentLoadOf, refusePooler } from '../run/conditions.ts';
import { allowedConnections, freeFloorOf, refuseBeyond } from '../run/guard.ts';
import { guardReads } from '../run/guard-reads.ts';
import { guardsOf, refuseBlind } from '../run/guards.ts';
import { budgetOf, demandOfTask, targetOf } from '../run/outcome.ts';
import type { ShardPlan } from './model.ts';
import { hashOfPlan } from './plan-hash.ts';
import { planSteps } from './plan-steps.ts';
import { drainMsOf } from './slots.ts';

export interface ShardsWish {
  readonly request: ProbeRequest;
  /** 2 or more. */
  readonly shards: number;
  /** The longest that a shard waits for the others. */
  readonly waitMs: number;
  /** The user agreed before anybody asked: --yes. */
  readonly isAgreedTo: boolean;
}

/** A plan, and what was seen of the server that no shard has to know. */
export interface PlannedShards {
  readonly plan: ShardPlan;
  readonly guards: readonly GuardStatus[];
  readonly leftBefore: readonly string[];
}

const connectTimeoutMs = 10_000;

/**
 * Looks at the server once, and fixes what each of so many processes will do on it. No load is put on it.
 * @throws PoolctlError PROBE_REFUSED, VALUE_INVALID, INPUT_CONTRADICTION and others
 */
export async function planShards(wish: ShardsWish): Promise<PlannedShards> {
  const { target, timeoutMs, interrupted } = wish.request;
  const id = randomBytes(4).toString('hex');
  const control = await openControl(target, `poolctl-probe/${id}`, { timeoutMs, signal: interrupted });
  try {
    return await unlessAborted(planWith(control, id, wish), interrupted);
  } finally {
    await control.close();
  }
}

async function planWith(control: Control, id: string, wish: ShardsWish): Promise<PlannedShards> {
  const { request, shards, waitMs } = wish;
  const { share, limits, arrivals, seed, threads, durationMs } = request;
  const facts = await control.facts();
  await refusePooler(control, facts, request);
  const { freeFloor: askedFloor, ...watched } = limits;
  const budget = liveBudget(facts.limits);
  const freeFloor = askedFloor ?? freeFloorOf(budget);
  const allowed = allowedConnections(budget, share, freeFloor, shards);
  refuseThin(allowed, shards, budget);
  const chosen = await request.workload(control, facts.engine, id);
  const workload = await guardReads(control.session, facts.engine, chosen);
  const drainMs = drainMsOf(workload);
  const { question, steps, leadMs } = planSteps({ request, shards, allowed, drainMs, connectTimeoutMs });
  const mostAtOnce = Math.max(...steps.map(({ plan }) => connectionsOf(plan)));
  refuseBeyond(mostAtOnce, allowed, budget, share);
  const replicas = await control.replicas(facts);
  refuseBlind(limits, replicas);
  const leftBefore = (await probeLeftovers(control.session, facts.engine)).map(leftoverName);
  const said: Omit<ShardPlan, 'hash'> = {
    id,
    shards,
    madeAt: request.startedAt.toISOString(),
    server: targetOf(facts),
    question,
    load: { ...demandOfTask(request.task), arrivals: arrivals.name, seed, threads, durationMs },
    workload,
    steps,
    guard: {
      budget: budgetOf(budget, share, allowed),
      freeFloor,
      limits: watched,
      connectionsByShard: Array.from({ length: shards }, (_, index) => mostOfShard(steps, index, shards)),
      isAgreedTo: request.isDryRun ? wish.isAgreedTo : await isAgreedTo(wish, facts),
    },
    meeting: { waitMs, leadMs },
  };
  return {
    plan: { ...said, hash: hashOfPlan(said) },
    guards: guardsOf({ ...limits, freeFloor }, facts, replicas),
    leftBefore,
  };
}

/** As its threads will be dealt them: remainders go to the first shards. */
function mostOfShard(steps: ShardPlan['steps'], index: number, shards: number): number {
  return Math.max(...steps.map(({ plan }) => connectionsOf(planFor(plan, shardOf(plan, index, shards)))));
}

/** @throws PoolctlError PROBE_REFUSED */
function refuseThin(allowed: number, shards: number, { freeConnections, usableConnections }: LiveBudget): void {
  if (allowed >= shards) return;
  const free = `${formatNumber(freeConnections)} of ${formatNumber(usableConnections)} are free`;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `The guard allows ${formatCount(allowed, 'connection')} here (${free}), which is less than one for each of ${formatNumber(shards)} shards; each also has one that watches.`,
    { hint: 'Plan fewer shards, or allow more of the free connections with --share and --free-floor.' },
  );
}

/** Asks where a probe would ask. @throws PoolctlError PROBE_REFUSED */
async function isAgreedTo({ request, isAgreedTo: already }: ShardsWish, facts: ServerFacts): Promise<boolean> {
  let agreed = already;
  const consent = async (reason: string) => {
    agreed ||= await request.consent(reason);
    return agreed;
  };
  await askConsent({ ...request, consent }, consentLoadOf(request.task), facts);
  return agreed;
}
