import { checkedFacts } from '../checked-facts.ts';
import type { Server } from '../server.ts';
import type { OpenOptions } from '../session.ts';
import type { ConnectionTarget } from '../target.ts';
import { connectPostgres } from './connect.ts';
import { postgresFacts } from './facts.ts';
import { postgresIdentity } from './identity.ts';
import { postgresMeter } from './meter.ts';

export async function openPostgres(target: ConnectionTarget, options: OpenOptions): Promise<Server> {
  const session = await connectPostgres(target, options);
  return {
    engine: 'postgres',
    session,
    facts: async () => checkedFacts(await postgresFacts(session)),
    identity: () => postgresIdentity(session),
    meter: () => postgresMeter(session),
  };
}
