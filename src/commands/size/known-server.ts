import type { EngineId } from '../../base/engine.ts';
import type { Warning } from '../../base/warning.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { SizeInput } from '../../size/input.ts';

/** What one way of naming a server knows of it: a profile, or the server itself. */
export interface KnownServer {
  readonly name: string;
  readonly engine: EngineId;
  readonly maxConnections?: { readonly value: number; readonly source: string; readonly estimated: boolean };
  readonly reserved: readonly { readonly name: string; readonly connections: number; readonly source: string }[];
  readonly otherConnections?: Sourced<number>;
  readonly cores?: Sourced<number>;
  readonly caps?: Sourced<NonNullable<NonNullable<SizeInput['server']>['caps']>>;
  readonly memory: NonNullable<SizeInput['memory']>;
  readonly warnings?: readonly Warning[];
}
