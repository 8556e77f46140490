import type { EngineId } from '../base/engine.ts';
import type { ServerFacts } from './facts.ts';
import type { ServerIdentity } from './identity.ts';
import type { Meter } from './meter.ts';
import type { Session } from './session.ts';

/** A database server that we are logged in to. */
export interface Server {
  readonly engine: EngineId;
  readonly session: Session;
  facts(): Promise<ServerFacts>;
  /** Which server this session is with. */
  identity(): Promise<ServerIdentity>;
  /** What reads its counters, again and again. */
  meter(): Promise<Meter>;
}
