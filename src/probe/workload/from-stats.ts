import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatNumber, formatRatio } from '../../base/units.ts';
import type { Session } from '../../engines/session.ts';
import { select1 } from './builtin/index.ts';
import { explainStatement } from './check.ts';
import { createDraw } from './draw.ts';
import type { ProbeWorkload } from './model.ts';
import { mariadbReads, mysqlReads } from './stats/mysql.ts';
import { postgresReads } from './stats/postgres.ts';
import { notReplayable, type Replayable } from './stats/replayable.ts';

/** More kinds of requests change no figure, because the rest are rare. */
const most = 30;

export interface StatsOptions {
  readonly prepared: boolean;
}

/**
 * The workload of `--from-stats`: the server's own most frequent reads, as often as it has counted them, with values from
 * the server where it keeps any. @throws PoolctlError NOT_MEASURED with what is missing, and those of the connection
 */
export async function statsWorkload(session: Session, engine: EngineId, options: StatsOptions): Promise<ProbeWorkload> {
  const { reads, calls } = await readsFrom(session, engine);
  if (calls === 0) {
    throw notReplayable(
      'it has counted no read of a table in this database',
      'Let the application run for a while, name the database that it uses, or give --sql.',
    );
  }
  const usable: Replayable[] = [];
  for (const read of reads) {
    if (usable.length === most) break;
    if (await isAccepted(session, engine, workloadOf([read], '', options))) usable.push(read);
  }
  if (usable.length === 0) throw nothingUsable(engine);
  const covered = usable.reduce((sum, read) => sum + read.calls, 0);
  const [kinds, share, counted] = [
    formatCount(usable.length, 'kind'),
    formatRatio(covered / calls),
    formatNumber(calls),
  ];
  const values =
    engine === 'postgres'
      ? 'values are drawn from the statistics of the columns'
      : 'values are those of the one sample that MySQL keeps of each, and of prepared ones from their tables: most rows read are in memory';
  return workloadOf(
    usable,
    `The server's own reads, as often as it counted them: ${kinds}, ${share} of ${counted} calls; ${values}.`,
    options,
  );
}

function readsFrom(session: Session, engine: EngineId): Promise<{ reads: Replayable[]; calls: number }> {
  switch (engine) {
    case 'postgres':
      return postgresReads(session);
    case 'mysql':
      return mysqlReads(session);
    case 'mariadb':
      return mariadbReads(session);
    default:
      return engine satisfies never;
  }
}

function workloadOf(reads: readonly Replayable[], description: string, { prepared }: StatsOptions): ProbeWorkload {
  return {
    name: 'from-stats',
    description,
    kind: 'stats',
    readOnly: true,
    transportOnly: false,
    scripts: reads.map(({ text, calls, parameters }) => ({
      weight: calls,
      isTransaction: false,
      statements: [{ text, prepared, parameters }],
    })),
    variables: Object.assign({}, ...reads.map(({ variables }) => variables)),
  };
}

/** Tables may be gone, or not be this user's to read. */
async function isAccepted(session: Session, engine: EngineId, workload: ProbeWorkload): Promise<boolean> {
  const [statement] = createDraw(workload, 1).next().statements;
  if (statement === undefined) return false;
  try {
    await explainStatement(session, engine, statement);
    return true;
  } catch (error) {
    if (error instanceof PoolctlError && /^(?:QUERY_FAILED|PRIVILEGE_MISSING|SERVER_TIMEOUT)$/.test(error.code))
      return false;
    throw error;
  }
}

function nothingUsable(engine: EngineId): PoolctlError {
  const why =
    engine === 'postgres'
      ? 'of none of the reads that it counted can the values be found'
      : 'of none of the reads that it counted has it kept a whole sample with its values';
  const hint =
    engine === 'postgres'
      ? 'Values come from pg_stats, for conditions such as column = $1; ANALYZE gathers them. Otherwise give --sql or --file.'
      : 'Samples are cut at performance_schema_max_sql_text_length, and those of prepared statements have no values. Give --sql or --file.';
  return notReplayable(why, hint);
}

/** The default workload: the server's own reads where it shows them, else SELECT 1, which no size should be based on. */
export async function defaultWorkload(
  session: Session,
  engine: EngineId,
  options: StatsOptions,
): Promise<ProbeWorkload> {
  try {
    return await statsWorkload(session, engine, options);
  } catch (error) {
    if (!(error instanceof PoolctlError) || error.code !== 'NOT_MEASURED') throw error;
    const transport = select1(options);
    return {
      ...transport,
      description: `${transport.description} ${error.message} Give --sql, --file, --hold or --workload.`,
    };
  }
}
