import type { EngineId, ServerFacts } from './facts.ts';
import type { Meter } from './meter.ts';
import type { OpenOptions, Session } from './session.ts';
import type { ConnectionTarget } from './target.ts';

/** A database server that we are logged in to. */
export interface Server {
  readonly engine: EngineId;
  readonly session: Session;
  facts(): Promise<ServerFacts>;
  /** What reads its counters, again and again. */
  meter(): Promise<Meter>;
}

/** Logs in. The driver of the other protocol is not loaded. Close the session in the end. */
export async function openServer(target: ConnectionTarget, options: OpenOptions): Promise<Server> {
  switch (target.protocol) {
    case 'postgres':
      return (await import('./postgres/server.ts')).openPostgres(target, options);
    case 'mysql':
      return (await import('./mysql/server.ts')).openMysql(target, options);
    default:
      return target.protocol satisfies never;
  }
}
