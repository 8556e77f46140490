import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Warning } from '../base/warning.ts';
import type { SessionGroup, Sessions } from '../engines/facts.ts';
import { type Row, textIn } from '../engines/rows.ts';
import type { Session } from '../engines/session.ts';

/** The comment on all that a workload of `probe` makes; without it nothing is taken for poolctl's. */
export const probeMark = 'made by poolctl probe';

/** A user lock of the session that watches a probe, on MySQL and MariaDB. */
export const probeLock = 'poolctl_probe';

/** The same of one shard of a plan, `index` from 0; one of the plan holds `probeLock` as well. */
export function shardLock(plan: string, index: number): string {
  return `poolctl/${plan}/${index}`;
}

/** Begins the comment of each statement of a probe that goes through a pooler, `/* poolctl-pooled/1f3a *\/`. */
export const pooledMark = 'poolctl-pooled/';

/** Begins the comment of each statement of a shard on MySQL and MariaDB, `/* poolctl-probe/1f3a/2 *\/`. */
const shardMark = 'poolctl-probe/';

const kinds = ['schema', 'session', 'statement', 'table'] as const;

/** What a probe that was killed has left on the server. */
export interface ProbeLeftover {
  /** `statement`: of a probe through a pooler, whose session is the pooler's. */
  readonly kind: (typeof kinds)[number];
  /** The name of the object, the id of the session; of a statement that of the session it runs in. */
  readonly name: string;
  /** The run that left it, or the plan of a shard: eight hex digits. */
  readonly run: string;
  /** The statement that removes it. */
  readonly removal: string;
}

/**
 * Finds what probes have left that are no longer watched: schemas or tables, sessions, and statements that came through a
 * pooler. A shard's sessions are left when its own watch is gone; what its plan has made, when no shard of it is watched. On
 * MySQL and MariaDB tables of the session's database and statements while no probe runs, and of sessions those of shards
 * that still work. What the user may not see is left out. `sessions`: those that were just seen there.
 */
export async function probeLeftovers(
  session: Session,
  engine: EngineId,
  sessions?: Sessions,
): Promise<ProbeLeftover[]> {
  const sql = engine === 'postgres' ? postgresSql : mysqlSql;
  try {
    const rows = await session.rows(sql(sessions === undefined || sessions.groups.some(mayBeOfProbe)));
    const found = rows.flatMap((row) => leftoverOf(row, engine) ?? []);
    return found.sort((one, other) => (leftoverName(one) < leftoverName(other) ? -1 : 1));
  } catch (error) {
    if (error instanceof PoolctlError && /^(?:QUERY_FAILED|PRIVILEGE_MISSING)$/.test(error.code)) return [];
    throw error;
  }
}

/** To look closer costs the server as much as all the rest that is asked of it. */
function mayBeOfProbe({ application = '', state = '' }: SessionGroup): boolean {
  return application.startsWith('poolctl-') || state === 'query' || state === 'execute';
}

/** For a sentence: `schema poolctl_probe_1f3a, session 4711, statement in session 4712`. */
export function leftoverNames(leftovers: readonly ProbeLeftover[]): string {
  return leftovers.map(leftoverName).join(', ');
}

export function leftoverName({ kind, name }: ProbeLeftover): string {
  return kind === 'statement' ? `statement in session ${name}` : `${kind} ${name}`;
}

/**
 * That they are there, and what removes them. @param names as `leftoverNames` has them
 * @param isBehindPooler whether the DSN of the server itself is that of --control
 */
export function leftoverWarning(names: string, isBehindPooler = false): Warning {
  return {
    code: 'LEFT_BY_KILLED_PROBE',
    message: `A probe that was killed has left on the server: ${names}.`,
    hint: `\`poolctl probe <dsn> --clean\` removes it${isBehindPooler ? ', with the DSN of --control' : ''}.`,
  };
}

/** How each kind is named, in letters, digits and underscores only, so that a name may stand in SQL as it is. */
const names = {
  schema: /^poolctl_probe_[0-9a-z]{1,20}$/,
  table: /^poolctl_probe_[0-9a-z]{1,20}_[a-z]+$/,
  session: /^\d+$/,
  statement: /^\d+$/,
} as const;

const runPattern = /^[0-9a-z]{1,20}$/;

const isPooled = `query LIKE '/* ${pooledMark}%' AND state = 'active'`;

const removals: Readonly<Record<ProbeLeftover['kind'], (name: string, engine: EngineId) => string>> = {
  schema: (name) => `DROP SCHEMA IF EXISTS ${name} CASCADE`,
  table: (name) => `DROP TABLE IF EXISTS \`${name}\``,
  session: (name, engine) =>
    engine === 'postgres' ? `SELECT pg_terminate_backend(${name})` : `KILL CONNECTION ${name}`,
  // The pooler may have given the session to another client meanwhile.
  statement: (name, engine) =>
    engine === 'postgres'
      ? `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = ${name} AND ${isPooled}`
      : `KILL QUERY ${name}`,
};

/** Undefined where the name is none that a probe gives: patterns cost a new session of the server more than they do here. */
function leftoverOf(row: Row, engine: EngineId): ProbeLeftover | undefined {
  const kind = kinds.find((one) => one === row['kind']);
  const [name = '', run = ''] = [textIn(row, 'name'), textIn(row, 'run')];
  if (!kind || !names[kind].test(name) || !runPattern.test(run)) return undefined;
  return { kind, name, run, removal: removals[kind](name, engine) };
}

const schemasSql = `SELECT 'schema' AS kind, nspname::text AS name, substring(nspname::text FROM 15) AS run FROM pg_catalog.pg_namespace n
  WHERE left(nspname, 14) = 'poolctl_probe_' AND obj_description(n.oid, 'pg_namespace') = '${probeMark}'
   AND pg_has_role(session_user, nspowner, 'usage')`;

/** Without sessions of probes, none is watched. A statement that this user may not end is left out. */
function postgresSql(mayHaveSessions: boolean): string {
  if (!mayHaveSessions) return schemasSql;
  return `WITH probes AS (
    SELECT pid, usesysid, split_part(application_name, '/', 1) AS kind, split_part(application_name, '/', 2) AS run,
     coalesce(substring(split_part(application_name, '/', 3) FROM '^[0-9]+'), '') AS shard,
     CASE WHEN ${isPooled} THEN split_part(split_part(query, '/', 3), ' ', 1) END AS pooled
    FROM pg_catalog.pg_stat_get_activity(NULL)
    WHERE (application_name LIKE 'poolctl-%'
      AND application_name ~ '^poolctl-(watch|probe)/[0-9a-z]{1,20}(/[0-9]+(of[0-9]+)?(@[0-9]+)?)?$') OR ${isPooled}),
   watched AS (SELECT run, shard FROM probes WHERE kind = 'poolctl-watch')
  ${schemasSql} AND substring(nspname::text FROM 15) NOT IN (SELECT run FROM watched)
  UNION ALL
  SELECT 'session', pid::text, run FROM probes
   WHERE kind = 'poolctl-probe' AND pg_catalog.pg_get_userbyid(usesysid) = session_user AND pid <> pg_backend_pid()
    AND (run, shard) NOT IN (SELECT run, shard FROM watched)
  UNION ALL
  SELECT 'statement', pid::text, pooled FROM probes
   WHERE pooled NOT IN (SELECT run FROM watched)
    AND (pg_has_role(session_user, usesysid, 'usage') OR pg_has_role(session_user, 'pg_signal_backend', 'usage'))`;
}

function mysqlSql(mayHaveSessions: boolean): string {
  const noneWatches = `COALESCE(IS_USED_LOCK('${probeLock}'), CONNECTION_ID()) = CONNECTION_ID()`;
  const tables = `SELECT 'table' AS kind, TABLE_NAME AS name, SUBSTRING_INDEX(SUBSTRING(TABLE_NAME, 15), '_', 1) AS run
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_COMMENT = '${probeMark}'
   AND LEFT(TABLE_NAME, 14) = 'poolctl_probe_' AND ${noneWatches}`;
  if (!mayHaveSessions) return tables;
  const tag = (mark: string) => `SUBSTRING_INDEX(SUBSTRING_INDEX(INFO, ' ', 2), '${mark}', -1)`;
  // Only of a shard's own comment: the server refuses some names of locks, and then the whole question.
  const isOfShard = `INFO REGEXP '^/[*] ${shardMark}[0-9a-z]{1,20}/[0-9]{1,4} [*]/'`;
  const watcher = `IF(${isOfShard}, IS_USED_LOCK(CONCAT('poolctl/', ${tag(shardMark)})), 0)`;
  return `${tables}
  UNION ALL
  SELECT 'statement', CAST(ID AS CHAR), ${tag(pooledMark)} FROM information_schema.PROCESSLIST
  WHERE INFO LIKE '/* ${pooledMark}%' AND ${noneWatches}
  UNION ALL
  SELECT 'session', CAST(ID AS CHAR), SUBSTRING_INDEX(${tag(shardMark)}, '/', 1) FROM information_schema.PROCESSLIST
  WHERE INFO LIKE '/* ${shardMark}%' AND ${watcher} IS NULL
   AND USER = LEFT(USER(), CHAR_LENGTH(USER()) - LOCATE('@', REVERSE(USER())))`;
}
