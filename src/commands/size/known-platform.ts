import type { Sourced } from '../../cli/flag.ts';
import type { Fleet } from '../../size/budget.ts';

/** What a platform's profile says of pools and roll-outs. */
export interface KnownPlatform {
  readonly name: Sourced<string>;
  readonly surge?: Sourced<number>;
  readonly rounding?: Sourced<NonNullable<Fleet['surgeRounding']>>;
  readonly requestsPerInstance?: Sourced<number>;
  readonly connectionsPerInstance?: Sourced<number>;
  readonly limitIsPer?: Sourced<string>;
}

/** The platform of `--platform`. @throws PoolctlError PROFILE_UNKNOWN */
export async function findPlatform(id: string | undefined): Promise<KnownPlatform | undefined> {
  if (id === undefined) return undefined;
  const { platformProfile } = await import('../../profiles/load.ts');
  const { title, rollouts = [], concurrency, connectionLimits = [] } = await platformProfile(id);
  const [rollout] = rollouts;
  const [limit] = connectionLimits;
  return {
    name: { value: title, source: `platform ${id}` },
    ...(rollout?.surge !== undefined && { surge: { value: rollout.surge, source: `platform ${id}: ${rollout.of}` } }),
    ...(rollout?.rounding && { rounding: { value: rollout.rounding, source: `platform ${id}` } }),
    ...(concurrency?.poolMax !== undefined && {
      requestsPerInstance: { value: concurrency.poolMax, source: `platform ${id}: ${concurrency.rule}` },
    }),
    ...(limit && {
      connectionsPerInstance: { value: limit.connections, source: `platform ${id}` },
      limitIsPer: { value: limit.per, source: `platform ${id}` },
    }),
  };
}
