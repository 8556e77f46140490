import pg from 'pg';
import type { LoadSafety } from '../driver.ts';
import type { LoadTraits } from '../traits.ts';

/** How soon the server notices that the client of a running statement is gone. */
const checkClientMs = 1_000;

/**
 * One query that sets all limits of a session; before 14 there are fewer. Nothing is set where another process
 * answers than the one announced: that is a pooler, and its session serves other clients after us.
 */
export function sessionSql(
  safety: LoadSafety,
  processId: number,
  version: string,
  traits: LoadTraits,
  searchPath?: string,
): string {
  const isModern = Number.parseInt(version, 10) >= 14;
  const settings = {
    ...(safety.readOnly && { default_transaction_read_only: 'on' }),
    statement_timeout: whole(safety.statementTimeoutMs),
    lock_timeout: whole(safety.lockTimeoutMs),
    idle_in_transaction_session_timeout: whole(safety.idleTimeoutMs),
    ...(isModern && { idle_session_timeout: whole(safety.idleTimeoutMs) }),
    ...(isModern && !traits.cannotCheckClient && { client_connection_check_interval: checkClientMs }),
  };
  const path = searchPath === undefined ? [] : [`set_config('search_path', ${pg.escapeLiteral(searchPath)}, false)`];
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  return `SELECT pg_backend_pid() AS pid, CASE WHEN pg_backend_pid() = ${processId} THEN ARRAY[${[...calls, ...path].join(', ')}] END`;
}

/** 0 would mean that there is no limit. */
function whole(ms: number): number {
  return Math.max(1, Math.ceil(ms));
}
