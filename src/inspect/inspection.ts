import type { ServerFacts } from '../engines/facts.ts';
import type { Detected } from './detect.ts';
import type { ProbeLeftover } from './leftovers.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { LiveBudget } from './live-budget.ts';

/** What `poolctl inspect` answers. */
export interface Inspection extends ServerFacts {
  /** Whether the server runs on this machine, as far as its address tells. */
  readonly isThisMachine: boolean;
  readonly detected: readonly Detected[];
  readonly budget: LiveBudget;
  /** What a pool to this server should keep below. */
  readonly lifetimes: Lifetimes;
  /** What probes that were killed have left on the server. */
  readonly leftovers: readonly ProbeLeftover[];
}

/** The pooler in the path, where it is known by name. */
export function namedPooler({ detected }: Pick<Inspection, 'detected'>): Detected | undefined {
  return detected.find(({ pooler }) => pooler !== undefined);
}

/** Whether something stands between us and the server that has limits of its own. */
export function hasPooler({ throughPooler, detected }: Inspection): boolean {
  return throughPooler || namedPooler({ detected }) !== undefined;
}
