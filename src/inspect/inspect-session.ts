import type { Server } from '../engines/server.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { detect } from './detect.ts';
import type { Inspection } from './inspection.ts';
import { probeLeftovers } from './leftovers.ts';
import { lifetimes } from './lifetimes.ts';
import { liveBudget } from './live-budget.ts';

/** Asks the server, on an open session, and draws the conclusions. */
export async function inspectSession(server: Server, target: ConnectionTarget): Promise<Inspection> {
  const facts = await server.facts();
  return {
    ...facts,
    isThisMachine: target.isThisMachine,
    detected: await detect(server, target, facts),
    budget: liveBudget(facts.limits),
    lifetimes: lifetimes(facts.timeLimits),
    leftovers: await probeLeftovers(server.session, facts.engine, facts.sessions),
  };
}
