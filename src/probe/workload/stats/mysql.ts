import { PoolctlError } from '../../../base/errors.ts';
import { numberIn, textIn } from '../../../engines/rows.ts';
import type { Session } from '../../../engines/session.ts';
import { readsOf } from './candidate.ts';
import { fill, wantedColumns } from './fill.ts';
import { columnLaws } from './mysql-columns.ts';
import { notReplayable, type Replayable } from './replayable.ts';

const most = 200;
const grant = 'GRANT SELECT ON performance_schema.* TO the user.';

/** The most frequent reads of this schema in performance_schema, each with the values of the one sample that MySQL keeps of it, or of its columns. */
export async function mysqlReads(session: Session): Promise<{ reads: Replayable[]; calls: number }> {
  const [settings] = await session.rows('SELECT DATABASE() AS name, @@performance_schema AS gathers');
  if (textIn(settings, 'name') === undefined) {
    throw notReplayable('the DSN names no database', 'Add it: mysql://user@host:3306/database.');
  }
  if (numberIn(settings, 'gathers') !== 1) {
    throw notReplayable(
      'performance_schema is off',
      'Set performance_schema=ON and restart the server, or give --file.',
    );
  }
  const rows = await session.rows(digestsSql).catch((error: unknown) => {
    if (error instanceof PoolctlError && error.code === 'PRIVILEGE_MISSING') {
      throw notReplayable('performance_schema may not be read', grant, error);
    }
    if (error instanceof PoolctlError && error.code === 'QUERY_FAILED') {
      throw notReplayable(
        'this server keeps no sample of its statements',
        'MySQL does from 8.0 on; give --file.',
        error,
      );
    }
    throw error;
  });
  const counted = rows.map((row) => {
    const calls = numberIn(row, 'calls') ?? 0;
    // A digest tells what kind of statement it is also where the sample was cut off; of a prepared one it says EXECUTE first.
    const text = String(row['digest'] ?? '').replace(/^EXECUTE (?=[A-Z(])/, '');
    const rowsPerCall = (numberIn(row, 'row_count') ?? 0) / Math.max(1, calls);
    return { text, sample: String(row['sample'] ?? ''), calls, rowsPerCall };
  });
  const candidates = readsOf(counted, 'mysql');
  const samples = candidates.map(({ sample, calls, rowsPerCall }) => ({ text: sample, calls, rowsPerCall }));
  const whole = readsOf(samples, 'mysql').filter(({ text }) => !text.endsWith('...'));
  // A prepared statement has question marks instead of its values.
  const laws = await columnLaws(
    session,
    whole.flatMap((sample) => wantedColumns(sample, 'mysql')),
  );
  const reads = whole.flatMap((sample, index) => fill(sample, 'mysql', laws, `q${index + 1}`) ?? []);
  return { reads, calls: candidates.reduce((sum, { calls }) => sum + calls, 0) };
}

const digestsSql = `SELECT DIGEST_TEXT AS digest, QUERY_SAMPLE_TEXT AS sample, COUNT_STAR AS calls,
    SUM_ROWS_SENT AS row_count
  FROM performance_schema.events_statements_summary_by_digest
  WHERE SCHEMA_NAME = DATABASE() AND QUERY_SAMPLE_TEXT IS NOT NULL
  ORDER BY COUNT_STAR DESC LIMIT ${most}`;

/** MariaDB counts statements, but keeps no sample with values. */
export async function mariadbReads(session: Session): Promise<never> {
  const [settings] = await session.rows('SELECT @@performance_schema AS gathers');
  throw notReplayable(
    numberIn(settings, 'gathers') === 1
      ? 'MariaDB keeps the texts of statements without their values'
      : 'MariaDB keeps no statements while performance_schema is off, and no values of them otherwise',
    'Write the statements that matter, from the slow query log for example, into a file and give --file.',
  );
}
