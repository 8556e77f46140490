/** Whether the server's replicas, or its own lag as a replica, can be watched. */
export type ReplicaSight =
  | { readonly kind: 'seen'; readonly what: string }
  /** There is nothing to watch. */
  | { readonly kind: 'none'; readonly why: string }
  /** `remedy`: what to grant or to do, so that it can be seen. */
  | { readonly kind: 'blind'; readonly why: string; readonly remedy: string };

/** Where the log of a primary was, and how much of it its slowest replica has replayed, in bytes. */
export interface LogPosition {
  readonly atMs: number;
  readonly written: number;
  readonly replayed: number;
}

/**
 * How far a replica is behind by the clock of who asks. PostgreSQL's own replay_lag stands still while a replica
 * replays nothing, because it is measured at what is replayed.
 */
export function createLagClock(): (now: LogPosition) => number {
  let marks: { readonly atMs: number; readonly written: number }[] = [];
  return ({ atMs, written, replayed }) => {
    marks = marks.filter((mark) => mark.written > replayed);
    if (written > replayed && written > (marks.at(-1)?.written ?? 0)) marks.push({ atMs, written });
    const [oldest] = marks;
    return oldest ? atMs - oldest.atMs : 0;
  };
}
