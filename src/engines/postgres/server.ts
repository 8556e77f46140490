import type { Server } from '../server.ts';
import type { OpenOptions } from '../session.ts';
import type { ConnectionTarget } from '../target.ts';
import { connectPostgres } from './connect.ts';

/** What asks is loaded after the login: one that is refused is told without it. */
export async function openPostgres(target: ConnectionTarget, options: OpenOptions): Promise<Server> {
  const session = await connectPostgres(target, options);
  return {
    engine: 'postgres',
    session,
    facts: async () => (await import('./announced-pooler.ts')).postgresServerFacts(session),
    identity: async () => (await import('./identity.ts')).postgresIdentity(session),
    meter: async () => (await import('./meter.ts')).postgresMeter(session),
  };
}
