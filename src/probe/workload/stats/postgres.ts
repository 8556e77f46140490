import { PoolctlError } from '../../../base/errors.ts';
import { flagIn, numberIn, textIn } from '../../../engines/rows.ts';
import type { Session } from '../../../engines/session.ts';
import { type Counted, readsOf } from './candidate.ts';
import { fill, wantedColumns } from './fill.ts';
import { columnLaws } from './postgres-columns.ts';
import { notReplayable, type Replayable } from './replayable.ts';

const most = 200;

/** The most frequent reads of this database in pg_stat_statements, with values of the columns' statistics where it has `$1`. */
export async function postgresReads(session: Session): Promise<{ reads: Replayable[]; calls: number }> {
  const { statements, hidden } = await countedStatements(session);
  const candidates = readsOf(statements, 'postgres');
  if (candidates.length === 0 && hidden) {
    throw notReplayable(
      'pg_stat_statements shows this user no read of its own, and hides what others sent',
      'GRANT pg_read_all_stats TO the user, or probe as the user of the application.',
    );
  }
  // PostgreSQL 18 writes lists of any length so; one value instead of many would be too light a load.
  const known = candidates.filter(({ text }) => !text.includes('/*, ... */'));
  const laws = await columnLaws(
    session,
    known.flatMap((candidate) => wantedColumns(candidate, 'postgres')),
  );
  const reads = known.flatMap((candidate, index) => fill(candidate, 'postgres', laws, `q${index + 1}`) ?? []);
  return { reads, calls: candidates.reduce((sum, { calls }) => sum + calls, 0) };
}

async function countedStatements(session: Session): Promise<{ statements: Counted[]; hidden: boolean }> {
  const [view] = await session.rows(viewSql);
  const schema = textIn(view, 'schema');
  if (schema === undefined) {
    throw notReplayable(
      'this database has no pg_stat_statements',
      'An administrator can: CREATE EXTENSION pg_stat_statements, which must be in shared_preload_libraries.',
    );
  }
  const rows = await session.rows(countsSql(schema, flagIn(view, 'toplevel'))).catch((error: unknown) => {
    if (!(error instanceof PoolctlError) || !/PRIVILEGE_MISSING|QUERY_FAILED/.test(error.code)) throw error;
    const isNotLoaded = (error.cause as { code?: string } | undefined)?.code === '55000';
    throw isNotLoaded
      ? notReplayable(
          'pg_stat_statements is there, but not loaded',
          'Add it to shared_preload_libraries, and restart the server.',
          error,
        )
      : notReplayable('pg_stat_statements may not be read', 'GRANT pg_read_all_stats TO the user.', error);
  });
  const visible = rows.filter((row) => textIn(row, 'query') !== hiddenText);
  const statements = visible.map((row) => {
    const calls = numberIn(row, 'calls') ?? 0;
    // Not through textIn: a line comment without its line break would swallow the rest.
    return { text: String(row['query']), calls, rowsPerCall: (numberIn(row, 'rows') ?? 0) / Math.max(1, calls) };
  });
  return { statements, hidden: visible.length < rows.length };
}

/** What the view shows instead of the statements of other users. */
const hiddenText = '<insufficient privilege>';

const viewSql = `SELECT quote_ident(n.nspname) AS schema,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'toplevel') AS toplevel
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
  WHERE e.extname = 'pg_stat_statements'`;

/** Without the statements inside of functions, which no client sends. */
function countsSql(schema: string, hasToplevel: boolean): string {
  return `SELECT s.query, sum(s.calls)::float8 AS calls, sum(s.rows)::float8 AS rows
  FROM ${schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
  WHERE d.datname = current_database()${hasToplevel ? ' AND s.toplevel' : ''}
  GROUP BY s.query ORDER BY 2 DESC LIMIT ${most}`;
}
