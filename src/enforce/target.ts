import type { ServerAnswer } from '../budget/answer.ts';
import type { ServiceQuota } from '../budget/quota.ts';

/** What is enforced, and on which servers. Counts are connections; at poolers, clients. */
export interface EnforceInput {
  readonly quotas: readonly ServiceQuota[];
  readonly servers: readonly EnforcedServer[];
  /** Where the quotas are from, in words: `fleet.yaml`, `fleet.lock.json`. */
  readonly from: string;
}

export interface EnforcedServer extends Pick<ServerAnswer, 'name' | 'counts' | 'usable' | 'usableIs'> {
  /** With the roll-outs that the fleet allows at once; the quotas are of all at once. */
  readonly worstMinute?: Pick<ServerAnswer['worstMinute'], 'connections'>;
  /** Its primary: roles and accounts are changed there, and the same limits come to the replica. */
  readonly replicaOf?: string;
  /** CONNECTION LIMIT or MAX_USER_CONNECTIONS that roles have now, as far as the fleet says. */
  readonly roleLimits?: readonly { readonly name: string; readonly connections: number }[];
}

/** One file that a target writes. */
export interface EnforceFile {
  /** Relative, with `/`. Only letters, digits, `.`, `_` and `-` in each part. */
  readonly path: string;
  readonly text: string;
}

export interface Enforcement {
  readonly files: readonly EnforceFile[];
  /** What the files leave out, and what to do about it. One sentence or two each. */
  readonly notes: readonly string[];
}

/** A place where quotas are enforced. */
export interface EnforceTarget {
  readonly title: string;
  /** @throws PoolctlError VALUE_INVALID where a name cannot be written there */
  write(input: EnforceInput): Enforcement;
}
