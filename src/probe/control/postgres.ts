import { withoutUndefined } from '../../base/without-undefined.ts';
import { postgresLoad } from '../../drivers/pg/driver.ts';
import { commentOf } from '../../drivers/tag.ts';
import type { ConnectionLimits } from '../../engines/facts.ts';
import { postgresServerFacts } from '../../engines/postgres/announced-pooler.ts';
import { limitHolders } from '../../engines/postgres/client-sessions.ts';
import { connectPostgres } from '../../engines/postgres/connect.ts';
import { postgresFailure } from '../../engines/postgres/errors.ts';
import { flagIn, numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { liveBudget } from '../../inspect/live-budget.ts';
import { meetingAt } from '../shards/meet.ts';
import type { Control, Look } from './control.ts';
import { PostgresPresence } from './postgres-presence.ts';
import { hiddenReplicasIn, lagOf, lagsSql, postgresReplicas, replicasIn } from './postgres-replicas.ts';
import { createLagClock } from './replicas.ts';
import { ControlSession } from './session.ts';
import { sessionNameOf, shardsThere } from './session-name.ts';
import { type LoadTag, partOfPlan, runOfTag } from './tags.ts';
import { writeOnOwnSession } from './write.ts';

/** Opens the session that watches a load and ends it. @throws PoolctlError */
export async function postgresControl(target: ConnectionTarget, tag: LoadTag, options: OpenOptions): Promise<Control> {
  const presence = new PostgresPresence(tag, (sql) => control.rows(sql));
  const control = await ControlSession.open(async (open) => {
    const session = await connectPostgres(target, open);
    await presence.renew((sql) => session.rows(sql));
    return session;
  }, options);
  const lagClock = createLagClock();
  const ours = (processIds: readonly number[]) => oursSql(tag, processIds);
  const signal = async (call: string, processIds: readonly number[]) => {
    if (processIds.length === 0 && !tag.isPooled) return;
    await control.rows(`SELECT ${call}(pid) FROM pg_stat_activity WHERE ${ours(processIds)}`);
  };
  const facts = () => control.ask(postgresServerFacts);
  let limits: Promise<ConnectionLimits> | undefined;

  return {
    get session() {
      return control.session;
    },
    facts,
    replicas: () => control.ask(postgresReplicas),

    claim: () => presence.claim(),

    async look(own) {
      limits ??= facts().then((found) => found.limits);
      const unchanging = await limits.catch((error) => {
        limits = undefined;
        throw error;
      });
      const startedMs = performance.now();
      const [sessions = [], lags = []] = await control.ask((session) =>
        session.answers([sessionsSql(session.version, tag), lagsSql]),
      );
      const look = lookOf(countsOf(sessions, own, tag, presence.metUs), unchanging, performance.now() - startedMs);
      const [hiddenReplicas, replicas] = [hiddenReplicasIn(lags) || undefined, replicasIn(lags) || undefined];
      return { ...look, ...withoutUndefined({ hiddenReplicas, replicas, replicationLagMs: lagOf(lags, lagClock) }) };
    },

    async alive(processIds) {
      if (processIds.length === 0 && !tag.isPooled) return [];
      const rows = await control.rows(`SELECT pid FROM pg_stat_activity WHERE ${ours(processIds)}`);
      return rows.map((row) => numberIn(row, 'pid') ?? 0);
    },

    cancel: (processIds) => signal('pg_cancel_backend', processIds),
    terminate: (processIds) => signal('pg_terminate_backend', processIds),

    async stopOverdue({ statementTimeoutMs, lockTimeoutMs }) {
      const isOlder = (ms: number) => `clock_timestamp() - query_start > ${Math.ceil(ms)} * interval '1 ms'`;
      await control.rows(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE ${ours([])} AND state = 'active'
        AND (${isOlder(statementTimeoutMs)} OR (wait_event_type = 'Lock' AND ${isOlder(lockTimeoutMs)}))`);
    },

    write: (statements) =>
      writeOnOwnSession(
        {
          driver: postgresLoad,
          target,
          tag: tag.text,
          timeoutMs: options.timeoutMs,
          explain: (error) => postgresFailure(error, target, { connected: true, greeting: undefined }),
          isForbidden: (error) => (error as { code?: string }).code === '42501',
        },
        statements,
      ),

    meeting: (times) => meetingAt(presence, partOfPlan(tag), times),

    close: () => control.close(),
  };
}

/**
 * Whether a session is of the load: through a pooler by the comment of its statement, else by its process id. The name of
 * the application is not enough: a pooler may leave it on a session that serves another client.
 */
function isLoadSql({ text, isPooled }: LoadTag, own: readonly number[]): string {
  return isPooled ? `coalesce(query, '') LIKE ${quoted(`${commentOf(text)}%`)}` : `pid = ANY(${integers(own)})`;
}

/** The sessions of the load that have something to end. */
function oursSql(tag: LoadTag, own: readonly number[]): string {
  if (tag.isPooled) return `${isLoadSql(tag, own)} AND state <> 'idle'`;
  // A pooler keeps the session for its next client, after a reset that poolctl never sends: it is the pooler's.
  const isKept = `state = 'idle' AND coalesce(query, '') ~* '^\\s*(discard|reset|abort)'`;
  return `${isLoadSql(tag, own)} AND usename = session_user AND application_name = ${quoted(tag.text)} AND NOT (${isKept})`;
}

/** Sessions as the facts count them, but with our own of the control connection, which has a slot too. */
function sessionsSql(version: string, tag: LoadTag): string {
  const isLoad = tag.isPooled ? `, ${isLoadSql(tag, [])} AS is_load` : '';
  return `SELECT pid, is_self, takes_slot, is_walsender, usesysid, datid, application_name, state, wait_event_type${isLoad} FROM ${limitHolders(version)} AS s`;
}

/** Counted here, which costs the server less. Who has not logged in yet may be one of ours, and is nobody's work. */
function countsOf(holders: readonly Row[], own: readonly number[], tag: LoadTag, metUs: number) {
  const rows = holders.filter((row) => flagIn(row, 'takes_slot'));
  const ids = new Set(own);
  const names = new Map(rows.map((row) => [row, sessionNameOf(textIn(row, 'application_name'))]));
  const run = runOfTag(tag);
  const isOfPlan = (row: Row) => tag.shard !== undefined && names.get(row)?.run === run;
  const self = rows.find((row) => flagIn(row, 'is_self'));
  const isMine = (row: Row) => row['usesysid'] === self?.['usesysid'];
  const isLoad = (row: Row) => (tag.isPooled ? flagIn(row, 'is_load') : ids.has(numberIn(row, 'pid') ?? 0));
  const isOwn = (row: Row) =>
    flagIn(row, 'is_self') ||
    isLoad(row) ||
    (isMine(row) && textIn(row, 'application_name') === tag.text) ||
    isOfPlan(row);
  const others = rows.filter(
    (row) => !isOwn(row) && textIn(row, 'usesysid') !== undefined && !flagIn(row, 'is_walsender'),
  );
  const active = rows.filter((row) => isLoad(row) && textIn(row, 'state') === 'active');
  return {
    taken: rows.length,
    ofUser: holders.filter(isMine).length,
    ofDatabase: holders.filter((row) => row['datid'] === self?.['datid']).length,
    others: others.length,
    othersActive: others.filter((row) => (textIn(row, 'state') ?? 'idle') !== 'idle').length,
    own: {
      active: active.length,
      lockWaiting: active.filter((row) => textIn(row, 'wait_event_type') === 'Lock').length,
    },
    otherProbes: [...new Set([...names.values()].flatMap((name) => name?.run ?? []))].filter((other) => other !== run),
    ...(tag.shard && { planShards: shardsThere([...names.values()], run, tag.shard, metUs) }),
  };
}

function lookOf(counts: ReturnType<typeof countsOf>, limits: ConnectionLimits, tookMs: number): Look {
  const { taken, ofUser, ofDatabase, others, othersActive, own, otherProbes, planShards } = counts;
  const caps = limits.caps.map((cap) => ({ ...cap, taken: / of the role /.test(cap.name) ? ofUser : ofDatabase }));
  return {
    freeConnections: liveBudget({ ...limits, taken, caps }).freeConnections,
    ...{ others, othersActive, own },
    ...(otherProbes.length > 0 && { otherProbes }),
    ...(planShards && { planShards }),
    tookMs,
  };
}

function integers(ids: readonly number[]): string {
  return `'{${ids.filter((id) => Number.isSafeInteger(id)).join(',')}}'::int[]`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
