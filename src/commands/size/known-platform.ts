import { PoolctlError } from '../../base/errors.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { SurgeAmount } from '../../cli/notation.ts';
import type { PlatformProfile } from '../../profiles/platform.ts';
import type { Fleet } from '../../size/budget.ts';
import type { SizeInput } from '../../size/input.ts';

/** What a platform's profile says of pools and roll-outs. */
export interface KnownPlatform {
  readonly name: Sourced<string>;
  readonly surge?: Sourced<SurgeAmount>;
  readonly rounding?: Sourced<NonNullable<Fleet['surgeRounding']>>;
  readonly worstFactor?: Sourced<number>;
  readonly requestsPerInstance?: Sourced<number>;
  readonly connectionsPerInstance?: Sourced<number>;
  readonly limitIsPer?: Sourced<string>;
}

type Rollout = NonNullable<PlatformProfile['rollouts']>[number];

/**
 * The platform of `--platform`: `kubernetes`, or `kubernetes:recreate`, `lambda:managed` for another of its roll-outs or kinds
 * of instances than the usual. @throws PoolctlError PROFILE_UNKNOWN
 */
export async function findPlatform(named: string | undefined): Promise<KnownPlatform | undefined> {
  if (named === undefined) return undefined;
  const [id = '', kind] = named.split(/:(.*)/s);
  const { platformProfile } = await import('../../profiles/load.ts');
  const { title, rollouts = [], instances = [], concurrency, connectionLimits = [] } = await platformProfile(id);
  const rollout = kind === undefined ? rollouts[0] : firstNamed(kind, rollouts);
  const instance = kind === undefined || rollout ? undefined : firstNamed(kind, instances);
  if (kind !== undefined && !rollout && !instance) throw kindUnknown(kind, id, [...rollouts, ...instances]);
  const source = `platform ${id}${rollout ? `: ${rollout.of}` : ''}`;
  const surge = rollout && surgeIn(rollout);
  const [limit] = connectionLimits;
  return {
    name: { value: title, source: `platform ${id}` },
    ...(surge && { surge: { value: surge, source } }),
    ...(rollout?.surge !== undefined && rollout.rounding && { rounding: { value: rollout.rounding, source } }),
    ...(rollout?.worstFactor !== undefined && { worstFactor: { value: rollout.worstFactor, source } }),
    ...(concurrency?.poolMax !== undefined &&
      !instance?.servesSeveral && {
        requestsPerInstance: { value: concurrency.poolMax, source: `platform ${id}: ${concurrency.rule}` },
      }),
    ...(limit && {
      connectionsPerInstance: { value: limit.connections, source: `platform ${id}` },
      limitIsPer: { value: limit.per, source: `platform ${id}` },
    }),
  };
}

function surgeIn({ surge, surgeInstances }: Rollout): SurgeAmount | undefined {
  if (surgeInstances !== undefined) return { surgeInstances };
  return surge === undefined ? undefined : { surgeRatio: surge };
}

/** The first whose name has the word in it, whatever its capitals and signs: `start-first` of `service (order start-first)`. */
function firstNamed<Named extends { readonly of: string }>(kind: string, all: readonly Named[]): Named | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(kind) === '' ? undefined : all.find(({ of }) => plain(of).includes(plain(kind)));
}

function kindUnknown(kind: string, id: string, all: readonly { readonly of: string }[]): PoolctlError {
  const known = all.map(({ of }) => `"${of}"`).join(', ');
  return new PoolctlError('PROFILE_UNKNOWN', `The platform ${id} has no "${kind}".`, {
    hint: known === '' ? `Write --platform ${id}.` : `It has ${known}; a word of it is enough.`,
  });
}

type WithSources = Pick<SizeInput, 'fleet'> & { readonly sources: Readonly<Record<string, string>> };

/** The input with the surge of `--surge`, or of the platform. */
export function withSurge<Input extends WithSources>(
  input: Input,
  given: Sourced<SurgeAmount> | undefined,
  platform: KnownPlatform | undefined,
): Input {
  const surge = given ?? platform?.surge;
  if (!surge) return input;
  const sources = Object.fromEntries(Object.keys(surge.value).map((name) => [`fleet.${name}`, surge.source]));
  return { ...input, fleet: { ...input.fleet, ...surge.value }, sources: { ...input.sources, ...sources } };
}
