import { engineNames } from '../base/engine.ts';
import type { ServerFacts } from './facts.ts';
import { failure } from './failure.ts';

/** PostgreSQL lets in at most 262,143; MySQL and MariaDB 100,000. */
const mostConnections = 262_143;

/** Facts that can be true: an answer without a limit of connections would read as a server that lets no one in. */
export function checkedFacts(facts: ServerFacts): ServerFacts {
  checkMaxConnections(facts.limits.maxConnections, facts);
  return facts;
}

/** @throws PoolctlError PROTOCOL_MISMATCH */
export function checkMaxConnections(most: number, { engine, address }: Pick<ServerFacts, 'engine' | 'address'>): void {
  if (Number.isInteger(most) && most >= 1 && most <= mostConnections) return;
  const question = engine === 'postgres' ? 'SHOW max_connections' : "SHOW VARIABLES LIKE 'max_connections'";
  const answer = most === 0 ? 'nothing' : String(most);
  throw failure(
    'PROTOCOL_MISMATCH',
    `${address} answers ${question} with ${answer}; is it ${engineNames[engine]}?`,
    'Ask it by hand. What only speaks the protocol of a database has no budget of connections.',
  );
}
