import type { Lack } from './lack.ts';

/** A bound on connections: of a server, or of a role there. */
export interface Limit {
  readonly server: string;
  readonly role?: string;
  /** Connections it lets in; Infinity where nobody says. */
  readonly most: number;
  /** Taken by what no size changes. */
  readonly fixed: number;
  /** As `fixed`, only while the release rolls out; by release. */
  readonly fixedInRollout: ReadonlyMap<string, number>;
  /** Releases that roll out at once in the worst minute; Infinity for all. */
  readonly rolloutsAtOnce: number;
}

/** What one more connection in each process takes of a limit. */
export interface Take {
  readonly limit: Limit;
  readonly connections: number;
  /** Beyond these, while the release rolls out. */
  readonly inRollout: number;
  readonly release: string;
}

/** A setting that is to be chosen: the size of one pool, or of pools to several servers that have it in common. */
export interface Claim {
  /** The floor: a smaller pool may block itself. */
  readonly least: number;
  /** Beyond this the load has no use for a connection. */
  readonly most: number;
  readonly lackAt: (connections: number) => Lack;
  readonly takes: readonly Take[];
  /** Equal for claims that nothing but their names tells apart. */
  readonly likeness: string;
}
