import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openServer } from '../../src/engines/open.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import { describeWith } from '../helpers/live.ts';

const queries = 20;
const parallel = `SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
  SET max_parallel_workers_per_gather = 2`;
const launchedSql = `SELECT parallel_workers_launched::int AS launched FROM pg_stat_database
  WHERE datname = current_database()`;

describeWith('postgres', ({ host, port, user, password, database }) => {
  /** Runs statements in a session of its own; its counters are there soon after it has ended. */
  async function inOneSession(statements: readonly string[]): Promise<void> {
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
    await sleep(500);
  }

  test('a query with parallel workers is one transaction, not one and two for each worker', async () => {
    const target = new ConnectionTarget({
      ...{ protocol: 'postgres', host, port, user, password, database },
      tls: { mode: 'prefer' },
    });
    const { session, meter } = await openServer(target, { timeoutMs: 5_000, signal: new AbortController().signal });
    const launched = async () => Number((await session.rows(launchedSql))[0]?.['launched']);
    try {
      await inOneSession([
        'CREATE TABLE parallel_rows WITH (parallel_workers = 2) AS SELECT generate_series(1, 100000) AS i',
      ]);
      const { reading } = await meter();
      const [launchedBefore, before] = [await launched(), await reading()];
      const count = 'SELECT count(*) FROM parallel_rows WHERE i % 7 = 0';
      await inOneSession([parallel, ...Array.from({ length: queries }, () => count)]);
      const [after, launchedAfter] = [await reading(), await launched()];
      expect(launchedAfter - launchedBefore).toBeGreaterThanOrEqual(queries);
      // Beside the queries: the login, the settings and the two questions of this test.
      const seen = (after.transactions ?? 0) - (before.transactions ?? 0);
      expect(seen).toBeGreaterThanOrEqual(queries);
      // With two workers each they would be three times as many; the server's own work adds a few.
      expect(seen).toBeLessThan(queries * 2);
    } finally {
      await inOneSession(['DROP TABLE parallel_rows']);
      await session.close();
    }
  });
});
