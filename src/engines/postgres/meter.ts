import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Meter, MeterFacts, Reading, Sample } from '../meter.ts';
import { numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { clientSessions } from './client-sessions.ts';
import { endedTransactions, workersSince } from './ended-transactions.ts';

/** The first version whose session statistics say how long sessions were active and idle in a transaction. */
const sessionTimesSince = 14;
/** The first version in which a session can have its own counters written at once. */
const flushSince = 15;

/**
 * Reads pg_stat_database of the DSN's database, pg_stat_statements where it is installed, and samples pg_stat_activity.
 * Counters come up to a second late, those of a session that went idle up to ten, and those of statements that touch no
 * table only then (pgstat.c: PGSTAT_MIN_INTERVAL, PGSTAT_IDLE_INTERVAL; measured on 13 to 18).
 */
export async function postgresMeter(session: Session): Promise<Meter> {
  const [place] = await session.rows(placeSql);
  const database = textIn(place, 'database') ?? '';
  const major = numberIn(place, 'major') ?? 0;
  const hasTimes = major >= sessionTimesSince;
  const sampleSql = sampleOf(major);
  const statementsSql = statementsIn(textIn(place, 'schema'), major);
  const throughPooler = session.processId !== undefined && session.processId !== numberIn(place, 'pid');
  // What poolctl adds to the counters: each question is a transaction in this database, and takes time.
  const own = { questions: 1, ms: 0 };
  /** Sessions of clients in this database, beside poolctl's own, at the last sample. */
  let visible: number | undefined;

  async function ask(sql: string): Promise<Row[]> {
    own.questions += 1;
    const rows = await session.rows(sql);
    own.ms += Math.max(0, ...rows.map((row) => numberIn(row, 'own_ms') ?? 0));
    return rows;
  }

  return {
    facts: facts(database, { major, hasStatements: statementsSql !== undefined, throughPooler }),

    async reading(): Promise<Reading> {
      const [statements] = statementsSql === undefined ? [] : await ask(statementsSql);
      if (major >= flushSince) await ask(flushSql);
      const { questions, ms } = own;
      // Later each sample tells, at no cost.
      const rows = await ask(databasesSql(major, visible === undefined));
      const here = rows.find((row) => textIn(row, 'datname') === database);
      if (!here) throw new PoolctlError('NOT_MEASURED', `pg_stat_database has no row for "${database}".`);
      const transactions = (numberIn(here, 'xacts') ?? 0) - questions;
      return {
        atMs: numberIn(here, 'at_ms') ?? 0,
        server: [textIn(here, 'server'), textIn(here, 'reset')].join(' '),
        transactions,
        connected: visible ?? Math.max(0, (numberIn(here, 'clients') ?? 1) - 1),
        byName: Object.fromEntries(
          rows.map((row) => [
            textIn(row, 'datname') ?? '',
            row === here ? transactions : (numberIn(row, 'xacts') ?? 0),
          ]),
        ),
        ...(hasTimes && { transactionMs: (numberIn(here, 'active_ms') ?? 0) + (numberIn(here, 'idle_ms') ?? 0) - ms }),
        ...withoutUndefined({
          statements: numberIn(statements, 'calls'),
          statementMs: numberIn(statements, 'ms'),
          statementSquaresMs2: numberIn(statements, 'squares'),
        }),
      };
    },

    async sample(): Promise<Sample> {
      const [row] = await ask(sampleSql);
      const ages: unknown = row?.['ages'];
      visible = numberIn(row, 'visible') ?? 0;
      return {
        held: numberIn(row, 'held') ?? 0,
        visible,
        hidden: numberIn(row, 'hidden') ?? 0,
        ...withoutUndefined({ serverMs: numberIn(row, 'own_ms') }),
        agesMs: Array.isArray(ages) ? ages.map(Number) : [],
      };
    },
  };
}

function facts(
  database: string,
  { major, hasStatements, throughPooler }: { major: number; hasStatements: boolean; throughPooler: boolean },
): MeterFacts {
  return {
    engine: 'postgres',
    scope: `database "${database}"`,
    sources: {
      transactions: 'pg_stat_database',
      statements: 'pg_stat_statements',
      samples: 'pg_stat_activity',
      histogram: '',
    },
    lagMs: 1_000,
    shortestPauseMs: 25,
    seesIdleTransactions: true,
    missesBegin: false,
    seesSessionsBy: 'GRANT pg_monitor TO the user',
    throughPooler,
    notes: [
      'The counters come up to 1 s late; those of statements that touch no table come only when their session has been idle for 10 s, and a statement or transaction counts when it ends.',
      'A connection that an application holds between transactions does nothing that the server sees.',
      ...(major >= workersSince
        ? []
        : [
            'A parallel query counts as one transaction and two more for each of its workers, which PostgreSQL before 18 does not tell apart: where queries run in parallel, the rate is too high and the time of a transaction too short.',
          ]),
      ...(major >= sessionTimesSince
        ? []
        : [
            'PostgreSQL before 14 does not count how long sessions are active: connections in use are from samples alone.',
          ]),
      ...(hasStatements
        ? []
        : ['pg_stat_statements is not installed here; with it, hold times of single statements are known better.']),
    ],
    lacks: hasStatements ? [] : [{ what: 'times of statements', remedy: 'CREATE EXTENSION pg_stat_statements' }],
  };
}

/** How long the question took the server until here. */
const ownMs = 'extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 * 1000 AS own_ms';

/** Without it, the last second of poolctl's own questions would be taken off before it is counted. */
const flushSql = `SELECT pg_stat_force_next_flush(), ${ownMs}`;

const placeSql = `SELECT pg_backend_pid() AS pid, current_database() AS database,
  current_setting('server_version_num')::int / 10000 AS major,
  (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_stat_statements') AS schema`;

function databasesSql(major: number, withClients: boolean): string {
  const clients = withClients ? `(SELECT count(*) FROM ${clientSessions(major)} AS s WHERE s.is_here) AS clients,` : '';
  const times = major >= sessionTimesSince ? 'active_time AS active_ms, idle_in_transaction_time AS idle_ms,' : '';
  return `SELECT datname, ${endedTransactions(major)} AS xacts, ${times}  ${clients} ${ownMs},
    stats_reset::text AS reset, extract(epoch FROM clock_timestamp())::float8 * 1000 AS at_ms,
    concat_ws(' ', host(inet_server_addr()), inet_server_port(), pg_postmaster_start_time()) AS server
   FROM pg_stat_database WHERE datid <> 0`;
}

/** Sums over this database's statements, without those that only begin and end transactions or are poolctl's own. */
function statementsIn(schema: string | undefined, major: number): string | undefined {
  if (schema === undefined) return undefined;
  const time = major >= 13 ? 'exec_time' : 'time';
  return `SELECT sum(calls)::float8 AS calls, sum(total_${time}) AS ms,
    sum(calls * (stddev_${time} ^ 2 + mean_${time} ^ 2)) AS squares, ${ownMs}
   FROM ${schema}.pg_stat_statements
   WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ${major >= 14 ? 'AND toplevel' : ''}
    AND query !~* '^\\s*(begin|start|commit|end|rollback|abort|set|reset|show|savepoint|release|discard|deallocate)\\y'
    AND query NOT LIKE '%pg_stat_%'`;
}

/** A session within a statement or a transaction holds a connection. NULL states are those that we may not see. */
const sampleOf = (major: number) => `SELECT count(*) FILTER (WHERE ${isHeld()}) AS held, count(*) AS visible,
  count(*) FILTER (WHERE state IS NULL) AS hidden,
  array_agg(extract(epoch FROM clock_timestamp() - coalesce(xact_start, query_start))::float8 * 1000)
    FILTER (WHERE ${isHeld()}) AS ages, ${ownMs}
 FROM ${clientSessions(major)} AS sessions
 WHERE is_here AND NOT is_self`;

function isHeld(): string {
  return "state IN ('active', 'fastpath function call') OR state LIKE 'idle in transaction%'";
}
