import { withoutUndefined } from '../../base/without-undefined.ts';
import { postgresLoad } from '../../drivers/pg/driver.ts';
import type { ConnectionLimits } from '../../engines/facts.ts';
import { connectPostgres } from '../../engines/postgres/connect.ts';
import { postgresFailure } from '../../engines/postgres/errors.ts';
import { postgresFacts } from '../../engines/postgres/facts.ts';
import { numberIn, type Row } from '../../engines/rows.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { liveBudget } from '../../inspect/live-budget.ts';
import type { Control, Look } from './control.ts';
import { ControlSession } from './session.ts';
import { writeOnOwnSession } from './write.ts';

/** Opens the session that watches a load and ends it. @throws PoolctlError */
export async function postgresControl(target: ConnectionTarget, tag: string, options: OpenOptions): Promise<Control> {
  const control = await ControlSession.open((open) => connectPostgres(target, open), options);
  const ours = (processIds: readonly number[]) =>
    `pid = ANY(${integers(processIds)}) AND usename = session_user AND application_name = ${quoted(tag)}`;
  const signal = async (call: string, processIds: readonly number[]) => {
    if (processIds.length === 0) return;
    await control.rows(`SELECT ${call}(pid) FROM pg_stat_activity WHERE ${ours(processIds)}`);
  };
  const facts = () => control.ask(postgresFacts);
  let limits: Promise<ConnectionLimits> | undefined;

  return {
    get session() {
      return control.session;
    },
    facts,

    async look(own) {
      limits ??= facts().then((found) => found.limits);
      const unchanging = await limits.catch((error) => {
        limits = undefined;
        throw error;
      });
      const startedMs = performance.now();
      const [row] = await control.rows(lookSql(own, tag));
      return lookOf(row, unchanging, performance.now() - startedMs);
    },

    async alive(processIds) {
      if (processIds.length === 0) return [];
      const rows = await control.rows(`SELECT pid FROM pg_stat_activity WHERE ${ours(processIds)}`);
      return rows.map((row) => numberIn(row, 'pid') ?? 0);
    },

    cancel: (processIds) => signal('pg_cancel_backend', processIds),
    terminate: (processIds) => signal('pg_terminate_backend', processIds),

    write: (statements) =>
      writeOnOwnSession(
        {
          driver: postgresLoad,
          target,
          tag,
          timeoutMs: options.timeoutMs,
          explain: (error) => postgresFailure(error, target, { connected: true, greeting: undefined }),
          isForbidden: (error) => (error as { code?: string }).code === '42501',
        },
        statements,
      ),

    close: () => control.close(),
  };
}

/** As the facts count sessions, but with our own of the control connection, which has a slot too. */
function lookSql(own: readonly number[], tag: string): string {
  const isLoad = `pid = ANY(${integers(own)})`;
  return `SELECT count(*) AS taken, count(*) FILTER (WHERE usename = session_user) AS of_user,
    count(*) FILTER (WHERE datname = current_database()) AS of_database,
    count(*) FILTER (WHERE NOT is_own) AS others,
    count(*) FILTER (WHERE NOT is_own AND state <> 'idle') AS others_active,
    count(*) FILTER (WHERE is_load AND state = 'active') AS own_active,
    count(*) FILTER (WHERE is_load AND state = 'active' AND wait_event_type = 'Lock') AS own_locked,
    (SELECT max(extract(epoch FROM replay_lag)) * 1000 FROM pg_stat_replication)::float8 AS lag_ms
   FROM (SELECT *, ${isLoad} AS is_load, pid = pg_backend_pid() OR ${isLoad}
       OR (usename = session_user AND application_name = ${quoted(tag)}) AS is_own
     FROM pg_stat_activity
     WHERE datid IS NOT NULL AND usesysid IS NOT NULL
      AND coalesce(backend_type, 'client backend') = 'client backend') AS sessions`;
}

function lookOf(row: Row | undefined, limits: ConnectionLimits, tookMs: number): Look {
  const count = (column: string) => numberIn(row, column) ?? 0;
  const caps = limits.caps.map((cap) => ({
    ...cap,
    taken: count(/ of the role /.test(cap.name) ? 'of_user' : 'of_database'),
  }));
  return {
    freeConnections: liveBudget({ ...limits, taken: count('taken'), caps }).freeConnections,
    others: count('others'),
    othersActive: count('others_active'),
    own: { active: count('own_active'), lockWaiting: count('own_locked') },
    ...withoutUndefined({ replicationLagMs: numberIn(row, 'lag_ms') }),
    tookMs,
  };
}

function integers(ids: readonly number[]): string {
  return `'{${ids.filter((id) => Number.isSafeInteger(id)).join(',')}}'::int[]`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
