import type { ShardPart } from '../shards/part.ts';

/** A session of a probe by its name on PostgreSQL: `poolctl-probe/1f3a`, `poolctl-watch/1f3a/2of3@1795915082581640`. */
export interface SessionName {
  /** `watch`: the control session of a probe that is at work. */
  readonly kind: 'probe' | 'watch';
  /** Of a probe, or the id of a plan. */
  readonly run: string;
  /** Of a plan, from 0. */
  readonly shard?: number;
  /** How many shards the plan has: the session has arrived at their meeting. */
  readonly of?: number;
  /** When it took this name, by the server's clock, in microseconds since 1970. */
  readonly sinceUs?: number;
}

const pattern = /^poolctl-(probe|watch)\/([0-9a-z]{1,20})(?:\/(\d{1,4})(?:of(\d{1,4}))?(?:@(\d{16}))?)?$/;

/** Undefined where it is no session of a probe. */
export function sessionNameOf(text: string | undefined): SessionName | undefined {
  const [, kind, run, shard, of, sinceUs] = pattern.exec(text ?? '') ?? [];
  if (run === undefined) return undefined;
  return {
    kind: kind === 'watch' ? 'watch' : 'probe',
    run,
    ...(shard !== undefined && { shard: Number(shard) }),
    ...(of !== undefined && { of: Number(of) }),
    ...(sinceUs !== undefined && { sinceUs: Number(sinceUs) }),
  };
}

/** The shards of a plan that arrived at its meeting until `byUs`, in order. */
export function shardsThere(
  names: readonly (SessionName | undefined)[],
  plan: string,
  { of }: ShardPart,
  byUs: number,
): number[] {
  const shards = names.flatMap((name) => {
    const hasArrived = name?.kind === 'watch' && name.run === plan && name.of === of && (name.sinceUs ?? 0) <= byUs;
    return hasArrived ? (name.shard ?? []) : [];
  });
  return [...new Set(shards)].sort((one, other) => one - other);
}
