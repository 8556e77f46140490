import type { Server } from '../../helpers/servers/facts.ts';

/** What the suite does with the pool of a snippet, whatever the driver. */
export interface SnippetPool {
  /** Takes a connection that is ready for a query, and answers with the call that gives it back. */
  acquire(): Promise<() => unknown>;
  /** A query that takes a connection and gives it back by itself. */
  query(sql?: string): Promise<unknown>;
  end(): Promise<unknown>;
}

export type LiveEngine = 'postgres' | 'mariadb' | 'mysql';

/** A target of `--emit` against an engine, and how its package behaves where packages differ. */
export interface SnippetCase {
  readonly target: string;
  readonly engines: readonly LiveEngine[];
  /** The pool of the emitted module. */
  open(module: never, engine: LiveEngine, server: Server): Promise<SnippetPool>;
  /** What the request after queueLimit others is told; left out where there is no queue limit to be had. */
  readonly refused?: RegExp;
  /** What a request is told that waited in vain. */
  readonly gaveUp: RegExp;
  /** How a slow query ends under a query timeout of the pool; left out where it goes with each call. */
  readonly queryTimeout?: RegExp;
  /** What the snippet says where the query timeout goes with each call. */
  readonly queryTimeoutPerCall?: string;
  /** What the snippet says where the library does not come through it when the server ends its sessions. */
  readonly doesNotSurvive?: RegExp;
  /** A folder below test/packages/ whose packages the snippet is for, where others are in the usual one. */
  readonly folder?: string;
  /** What the package prints of its own accord, whatever its options are. */
  readonly prints?: RegExp;
  /** What the snippet imports and the application has: texts by their path beside the snippet. */
  readonly files?: Readonly<Record<string, string>>;
}
