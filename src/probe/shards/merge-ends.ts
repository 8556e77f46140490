import { withoutUndefined } from '../../base/without-undefined.ts';
import type { CleanUp, GuardStatus, ProbeResult, Transport } from '../result.ts';
import type { ShardResult } from './model.ts';
import { shardName } from './whole-plan.ts';

/** What stops a shard because another one stopped. */
const followed = 'shard-gone';

type Ends = Pick<ProbeResult, 'finished' | 'stoppedBy' | 'stoodStill' | 'leftBefore' | 'guards' | 'transport'>;

/** How a sharded probe ended, and what its shards saw of the server, as if it had been one. */
export function mergeEnds(
  shards: readonly ShardResult[],
): Ends & Pick<ProbeResult, 'cleanUp' | 'seconds' | 'metadata'> {
  const still = shards.flatMap(({ stoodStill }) => stoodStill ?? []);
  const left = [...new Set(shards.flatMap(({ leftBefore = [] }) => leftBefore))];
  return {
    ...endOfAll(shards),
    ...withoutUndefined({ guards: guardsOfAll(shards), transport: middleTransport(shards) }),
    ...(left.length > 0 && { leftBefore: left }),
    ...(still.length > 0 && {
      stoodStill: {
        times: Math.max(...still.map(({ times }) => times)),
        longestMs: Math.max(...still.map(({ longestMs }) => longestMs)),
      },
    }),
    cleanUp: cleanUpOfAll(shards.map(({ cleanUp }) => cleanUp)),
    seconds: Math.max(...shards.map(({ seconds }) => seconds)),
    metadata: metadataOfAll(shards),
  };
}

/** When one stops, all do: what ended the probe is what ended the first. */
function endOfAll(shards: readonly ShardResult[]): Pick<ProbeResult, 'finished' | 'stoppedBy'> {
  const early = shards
    .filter(({ finished }) => finished !== 'complete')
    .toSorted((left, right) => cameTo(left) - cameTo(right));
  if (early.length === 0) return { finished: 'complete' };
  const causes = early.filter(({ stoppedBy }) => stoppedBy?.guard !== followed);
  const stopped = causes.find(({ finished }) => finished === 'stopped');
  if (causes.length > 0 && !stopped) return { finished: 'interrupted' };
  const cause = stopped ?? early[0];
  const { guard = 'error', message = 'it does not say why.' } = cause?.stoppedBy ?? {};
  const said = cause && guard !== followed ? `${capital(shardName(cause))}: ${message}` : message;
  return { finished: 'stopped', stoppedBy: { guard, message: said } };
}

/** How far along the plan, in ms: who stopped first saw what the cause was, and the others saw it leave as well. */
function cameTo({ plan, steps }: ShardResult): number {
  const last = steps.at(-1);
  return last ? (plan.steps[last.step]?.startMs ?? 0) + last.run.measuredMs : -1;
}

/** A guard that one shard lacks is blind in part. */
function guardsOfAll(shards: readonly ShardResult[]): readonly GuardStatus[] | undefined {
  const [first] = shards.flatMap(({ guards }) => (guards ? [guards] : []));
  return first?.map((guard) => {
    const same = shards.flatMap(({ guards = [] }) => guards.filter((other) => other.guard === guard.guard));
    return same.find(({ status }) => status === 'blind') ?? guard;
  });
}

/** That of the shard in the middle, by its round trip. */
function middleTransport(shards: readonly ShardResult[]): Transport | undefined {
  const sorted = shards
    .flatMap(({ transport }) => transport ?? [])
    .sort((left, right) => left.roundTripMs.p50 - right.roundTripMs.p50);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function cleanUpOfAll(all: readonly (CleanUp | undefined)[]): CleanUp {
  const known = all.filter((one) => one !== undefined);
  const sum = (of: (one: CleanUp) => number) => known.reduce((total, one) => total + of(one), 0);
  return {
    verified: known.length === all.length && known.every(({ verified }) => verified),
    sessionsOpened: sum(({ sessionsOpened }) => sessionsOpened),
    sessionsLeft: sum(({ sessionsLeft }) => sessionsLeft),
    cancelled: sum(({ cancelled }) => cancelled),
    objectsLeft: [...new Set(known.flatMap(({ objectsLeft }) => objectsLeft))],
  };
}

/** Cores of all machines together; versions that differ are named one after the other. */
function metadataOfAll(shards: readonly ShardResult[]): ProbeResult['metadata'] {
  const texts = (of: (metadata: ShardResult['metadata']) => string) =>
    [...new Set(shards.map(({ metadata }) => of(metadata)))].sort();
  const byHost = new Map<string, number>();
  for (const { host, metadata } of shards) byHost.set(host, Math.max(metadata.cores, byHost.get(host) ?? 0));
  const [startedAt = ''] = texts((metadata) => metadata.startedAt);
  return {
    startedAt,
    node: texts(({ node }) => node).join(', '),
    drivers: texts(({ drivers }) => drivers).join(', '),
    cores: [...byHost.values()].reduce((sum, cores) => sum + cores, 0),
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
