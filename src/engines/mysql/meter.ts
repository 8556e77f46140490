import type { HistogramBucket } from '../../stats/histogram-bucket.ts';
import type { Meter, MeterFacts, Reading } from '../meter.ts';
import { numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { allowed, numberOf, pairs } from './answers.ts';
import { chooseSampler, type Sampler } from './sampler.ts';

/** Statements that read or write data, by their names in Com_... and performance_schema. */
const dataStatements = [
  'select',
  'insert',
  'insert_select',
  'update',
  'update_multi',
  'delete',
  'delete_multi',
  'replace',
  'replace_select',
  'call_procedure',
  'load',
];

/** The names of such statements in performance_schema; prepared ones, by the protocol or in SQL, have names of their own. */
const dataEvents = [
  ...dataStatements.map((name) => `statement/sql/${name}`),
  'statement/com/Execute',
  'statement/sql/execute_sql',
];

/**
 * Reads status counters, and performance_schema where it is on and may be read; samples busy sessions. One meter for MySQL
 * and MariaDB: what a server lacks is left out of the readings, and said.
 */
export async function mysqlMeter(session: Session, engine: 'mysql' | 'mariadb'): Promise<Meter> {
  const schema = await performanceSchema(session);
  const sampler = await chooseSampler(session, engine);
  const [place] = await session.rows(placeSql);
  const throughPooler = session.processId !== undefined && session.processId !== numberIn(place, 'id');
  let ownSelects = 0;

  async function select(sql: string): Promise<Row[]> {
    ownSelects += 1;
    return session.rows(sql);
  }

  return {
    facts: facts(engine, schema, sampler, throughPooler),

    async reading(): Promise<Reading> {
      const [place] = await select(placeSql);
      const status = pairs(await session.rows(statusSql));
      const selects = ownSelects + sampler.asked.selects;
      const { commits } = sampler.asked;
      const own = schema.own ? ownOf(await select(ownSql)) : undefined;
      const transactions = own && schema.hasTransactions ? await select(transactionsSql) : undefined;
      const [statements] = own && schema.hasStatements ? await select(statementsSql) : [];
      const histogram = own && schema.hasHistogram ? await select(histogramSql) : undefined;
      await sampler.mark();
      return {
        atMs: numberIn(place, 'at_ms') ?? 0,
        server: textIn(place, 'server') ?? '',
        explicitEnds: sum(status, ['Com_commit', 'Com_rollback']) - commits,
        connected: Math.max(0, (numberOf(status.get('Threads_connected')) ?? 1) - 1),
        ...(own && statements
          ? {
              statements: (numberIn(statements, 'count') ?? 0) - own.data.count,
              statementMs: (numberIn(statements, 'ms') ?? 0) - own.data.ms,
            }
          : { statements: sum(status, [...dataStatements.map((name) => `Com_${name}`), 'Qcache_hits']) - selects }),
        ...(own &&
          transactions && {
            transactions: total(transactions, 'count') - own.transactions.count,
            transactionMs: total(transactions, 'ms') - own.transactions.ms,
            byName: Object.fromEntries(
              transactions.map((row) => [textIn(row, 'user') ?? 'background', numberIn(row, 'count') ?? 0]),
            ),
          }),
        ...(own && histogram && { histogram: histogram.map(bucket), ownStatements: own.statements }),
      };
    },

    sample: () => sampler.sample(),
  };
}

interface PerformanceSchema {
  readonly own: boolean;
  readonly hasTransactions: boolean;
  readonly hasStatements: boolean;
  readonly hasHistogram: boolean;
}

/** What of performance_schema is there, may be read, and counts: instruments can be off, and then stay at 0. */
async function performanceSchema(session: Session): Promise<PerformanceSchema> {
  const instruments = await allowed(
    session,
    `SELECT NAME AS name FROM performance_schema.setup_instruments
     WHERE ENABLED = 'YES' AND TIMED = 'YES' AND NAME IN ('transaction', 'statement/sql/select')`,
  );
  const consumers = await allowed(
    session,
    `SELECT NAME AS name FROM performance_schema.setup_consumers WHERE ENABLED = 'YES' AND NAME = 'thread_instrumentation'`,
  );
  const isOn = (name: string) => instruments?.some((row) => textIn(row, 'name') === name) ?? false;
  const counts = (consumers?.length ?? 0) > 0;
  const hasStatements = counts && isOn('statement/sql/select');
  return {
    own: counts && (await allowed(session, ownSql)) !== undefined,
    hasStatements,
    hasTransactions: counts && isOn('transaction'),
    hasHistogram: hasStatements && (await allowed(session, `${histogramSql} LIMIT 1`)) !== undefined,
  };
}

function facts(
  engine: 'mysql' | 'mariadb',
  schema: PerformanceSchema,
  sampler: Sampler,
  throughPooler: boolean,
): MeterFacts {
  const grant = 'GRANT SELECT ON performance_schema.* TO the user';
  return {
    engine,
    scope: 'the whole server',
    sources: {
      transactions: 'events_transactions_summary',
      statements: schema.hasStatements ? 'events_statements_summary' : 'Com_...',
      samples: sampler.source,
      histogram: 'events_statements_histogram_global',
    },
    lagMs: 0,
    shortestPauseMs: sampler.shortestPauseMs,
    seesIdleTransactions: sampler.seesTransactions,
    missesBegin: sampler.missesBegin,
    seesSessionsBy: 'GRANT PROCESS ON *.* TO the user',
    throughPooler,
    notes: [
      'A connection that an application holds between transactions does nothing that the server sees.',
      ...(schema.hasTransactions || schema.hasStatements
        ? []
        : [
            engine === 'mariadb'
              ? `performance_schema is off (MariaDB's default) or may not be read: connections in use are from samples alone. performance_schema=ON and ${grant} would count them.`
              : `performance_schema may not be read or is off: connections in use are from samples alone. ${grant} shows its counters.`,
          ]),
      ...(sampler.seesTransactions
        ? []
        : [
            'Sessions that idle in a transaction are not seen, because the privilege PROCESS is missing; they hold connections as well.',
          ]),
      ...(sampler.missesQueue
        ? [
            'Clients that wait for a thread of the pool look idle here, because this MariaDB has no THREAD_POOL_QUEUES: connections in use may be more.',
          ]
        : []),
    ],
    lacks:
      schema.hasTransactions || schema.hasStatements
        ? []
        : [
            {
              what: 'counters of transactions and statements',
              remedy: engine === 'mariadb' ? `performance_schema=ON, and ${grant}` : grant,
            },
          ],
  };
}

const placeSql = `SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) / 1000 AS at_ms,
  CONCAT(@@hostname, ' ', @@port, ' ', @@server_id) AS server, CONNECTION_ID() AS id`;

const statusSql = `SHOW GLOBAL STATUS WHERE Variable_name IN (${[
  ...dataStatements.map((name) => `Com_${name}`),
  'Com_commit',
  'Com_rollback',
  'Qcache_hits',
  'Threads_connected',
]
  .map((name) => `'${name}'`)
  .join(', ')})`;

const thread = '(SELECT THREAD_ID FROM performance_schema.threads WHERE PROCESSLIST_ID = CONNECTION_ID())';

const ownSql = `SELECT EVENT_NAME AS name, COUNT_STAR AS count, SUM_TIMER_WAIT / 1e9 AS ms
  FROM performance_schema.events_statements_summary_by_thread_by_event_name
  WHERE COUNT_STAR > 0 AND THREAD_ID = ${thread}
 UNION ALL SELECT EVENT_NAME, COUNT_STAR, SUM_TIMER_WAIT / 1e9
  FROM performance_schema.events_transactions_summary_by_thread_by_event_name
  WHERE COUNT_STAR > 0 AND THREAD_ID = ${thread}`;

const transactionsSql = `SELECT USER AS user, SUM(COUNT_STAR) AS count, SUM(SUM_TIMER_WAIT) / 1e9 AS ms
  FROM performance_schema.events_transactions_summary_by_account_by_event_name GROUP BY USER`;

const statementsSql = `SELECT SUM(COUNT_STAR) AS count, SUM(SUM_TIMER_WAIT) / 1e9 AS ms
  FROM performance_schema.events_statements_summary_global_by_event_name
  WHERE EVENT_NAME IN (${dataEvents.map((name) => `'${name}'`).join(', ')})`;

const histogramSql = `SELECT BUCKET_TIMER_LOW / 1e9 AS from_ms, BUCKET_TIMER_HIGH / 1e9 AS to_ms, COUNT_BUCKET AS count
  FROM performance_schema.events_statements_histogram_global WHERE COUNT_BUCKET > 0`;

interface Own {
  readonly count: number;
  readonly ms: number;
}

/** poolctl's own part: transactions, statements, and those of them that are counted as reading or writing data. */
function ownOf(rows: readonly Row[]): Readonly<Record<'transactions' | 'statements' | 'data', Own>> {
  const of = (which: (name: string) => boolean): Own => {
    const found = rows.filter((row) => which(textIn(row, 'name') ?? ''));
    return { count: total(found, 'count'), ms: total(found, 'ms') };
  };
  return {
    transactions: of((name) => name === 'transaction'),
    statements: of((name) => name !== 'transaction'),
    data: of((name) => dataEvents.includes(name)),
  };
}

function bucket(row: Row): HistogramBucket {
  return {
    fromMs: numberIn(row, 'from_ms') ?? 0,
    toMs: numberIn(row, 'to_ms') ?? 0,
    count: numberIn(row, 'count') ?? 0,
  };
}

function total(rows: readonly Row[], column: string): number {
  return rows.reduce((result, row) => result + (numberIn(row, column) ?? 0), 0);
}

function sum(status: ReadonlyMap<string, string>, names: readonly string[]): number {
  return names.reduce((result, name) => result + (numberOf(status.get(name)) ?? 0), 0);
}
