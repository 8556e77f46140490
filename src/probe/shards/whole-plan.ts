import { jsonText } from '../../base/clean.ts';
import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatDuration } from '../../base/units.ts';
import type { ShardResult } from './model.ts';

/** A result of a shard and the file that it was in. */
export interface NamedShard {
  readonly file: string;
  readonly result: ShardResult;
}

/** The meeting gives all shards of a run the same moment; another run of the plan begins later by more than that. */
const sameStartMs = 500;

/**
 * The shards by their number, where they are those of one run of one plan. One that was killed counts as missing.
 * @throws PoolctlError INPUT_CONTRADICTION for shards that do not belong together, SHARDS_MISSING unless `allowMissing`
 */
export function shardsOfOnePlan(
  given: readonly NamedShard[],
  { allowMissing = false }: { readonly allowMissing?: boolean } = {},
): { readonly shards: readonly ShardResult[]; readonly missing: readonly number[] } {
  const [first] = given;
  if (!first) throw new PoolctlError('INPUT_MISSING', 'No file of a shard was named.');
  refuseForeign(first, given);
  refuseTwice(given);
  const shards = given.filter(({ result }) => result.finished !== 'running');
  refuseOtherRun(shards);
  const { plan } = first.result;
  const missing = Array.from({ length: plan.shards }, (_, index) => index).filter(
    (index) => !shards.some(({ result }) => result.shard === index),
  );
  if (shards.length === 0 || (missing.length > 0 && !allowMissing)) throw areMissing(plan, missing, given);
  return {
    shards: shards.map(({ result }) => result).sort((left, right) => left.shard - right.shard),
    missing,
  };
}

/** As people count: `shard 3 of 8`. */
export function shardName({ shard, plan }: Pick<ShardResult, 'shard' | 'plan'>): string {
  return `shard ${shard + 1} of ${plan.shards}`;
}

function refuseForeign(first: NamedShard, given: readonly NamedShard[]): void {
  const text = jsonText(first.result.plan);
  for (const other of given) {
    const [mine, its] = [first.result.plan, other.result.plan];
    if (mine.hash === its.hash && jsonText(its) === text) continue;
    const what =
      mine.hash === its.hash
        ? `one of them was changed, since both say that their plan is ${mine.id}, with the same hash`
        : `their plans are ${planText(first.result)} and ${planText(other.result)}`;
    throw contradiction(
      `${first.file} and ${other.file} do not belong together: ${what}.`,
      'Name only the files that the shards of one plan wrote.',
    );
  }
}

function planText({ plan }: ShardResult): string {
  return `${plan.id} (${plan.hash.slice(0, 12)})`;
}

function refuseTwice(given: readonly NamedShard[]): void {
  const seen = new Map<number, NamedShard>();
  for (const one of given) {
    const before = seen.get(one.result.shard);
    seen.set(one.result.shard, one);
    if (!before) continue;
    const name = shardName(one.result);
    const why =
      before.result.run === one.result.run
        ? `${before.file} and ${one.file} are the same run of ${name}.`
        : `${before.file} and ${one.file} are two runs of ${name}: ${before.result.run} and ${one.result.run}.`;
    throw contradiction(why, 'Each shard counts once: name one of them.');
  }
}

function refuseOtherRun(given: readonly NamedShard[]): void {
  const started = given.flatMap(({ file, result }) =>
    result.startedAt === undefined ? [] : [{ file, result, atMs: Date.parse(result.startedAt) }],
  );
  const [first] = started;
  const other = started.find(({ atMs }) => Math.abs(atMs - (first?.atMs ?? atMs)) > sameStartMs);
  if (!first || !other) return;
  const apart = formatDuration(Math.abs(other.atMs - first.atMs));
  throw contradiction(
    `${first.file} (${shardName(first.result)}) and ${other.file} (${shardName(other.result)}) were not run at the same time: the plan was run twice, ${apart} apart.`,
    'Name the files of one of these runs.',
  );
}

function areMissing({ shards, id }: ShardResult['plan'], missing: readonly number[], given: readonly NamedShard[]) {
  const running = given.filter(({ result }) => result.finished === 'running');
  const killed = running.map(
    ({ file, result }) => `${file} (${shardName(result)}, on ${result.host}) was begun and has no end`,
  );
  const unnamed = missing.filter((index) => !running.some(({ result }) => result.shard === index));
  const without = unnamed.map((index) => index + 1).join(', ');
  const parts = [
    ...killed,
    ...(unnamed.length > 0 ? [`no file has shard${unnamed.length === 1 ? '' : 's'} ${without}`] : []),
  ];
  const hint =
    killed.length > 0
      ? 'It still runs, or was killed. Wait for its end; or --allow-missing puts the others together, without a recommendation.'
      : 'Name the files of all shards; or --allow-missing puts these together, without a recommendation.';
  return new PoolctlError(
    'SHARDS_MISSING',
    `${formatCount(missing.length, 'shard')} of the ${shards} of plan ${id} ${missing.length === 1 ? 'is' : 'are'} missing: ${parts.join('; ')}.`,
    { hint },
  );
}

function contradiction(why: string, hint: string): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', why, { hint });
}
