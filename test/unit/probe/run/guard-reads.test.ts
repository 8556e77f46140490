import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../../src/base/engine.ts';
import type { Session } from '../../../../src/engines/session.ts';
import { guardReads } from '../../../../src/probe/run/guard-reads.ts';
import { createDraw } from '../../../../src/probe/workload/draw.ts';
import type { ProbeWorkload } from '../../../../src/probe/workload/model.ts';
import { sqlWorkload } from '../../../../src/probe/workload/scripts.ts';

const versions = { postgres: '18.1', mysql: '9.7.0', mariadb: '10.11.6-MariaDB' } as const;

/** A server on which nothing that is asked about has code of a user's behind it. */
const sessionOf = (engine: EngineId) =>
  ({ version: versions[engine], rows: async () => [{ foreign_code: 0 }] }) as unknown as Session;

const workloadOf = (text: string, engine: EngineId, allowWrite = false): ProbeWorkload =>
  sqlWorkload([{ name: '--sql', text }], { engine, variables: {}, allowWrite, prepared: true, read: () => '' });

async function sent(text: string, engine: EngineId, allowWrite = false): Promise<string[]> {
  const workload = await guardReads(sessionOf(engine), engine, workloadOf(text, engine, allowWrite));
  return createDraw(workload, 1)
    .next()
    .statements.map(({ statement }) => statement.text);
}

describe('a request of a read-only load', () => {
  it.each<EngineId>(['postgres', 'mysql', 'mariadb'])(
    'is sent as it is where nothing can hide in it, on %s',
    async (engine) => {
      expect(await sent('SELECT max(id) FROM orders', engine)).toEqual(['SELECT max(id) FROM orders']);
      expect(await sent('SELECT 1; SELECT 2', engine)).toEqual(['BEGIN', 'SELECT 1', 'SELECT 2', 'COMMIT']);
    },
  );

  it('is guarded once: a shard looks again at what its plan has guarded', async () => {
    const session = sessionOf('mariadb');
    const once = await guardReads(session, 'mariadb', workloadOf('SELECT total(1)', 'mariadb'));
    expect(await guardReads(session, 'mariadb', once)).toEqual(once);
  });

  it('is rolled back on PostgreSQL, with all that a function has set', async () => {
    expect(await sent('SELECT total(1)', 'postgres')).toEqual([
      'START TRANSACTION READ ONLY',
      'SELECT total(1)',
      'ROLLBACK',
    ]);
  });

  it.each([
    ['mysql', 'transaction_read_only', 'max_execution_time = 10000'],
    ['mariadb', 'tx_read_only', 'max_statement_time = 10'],
  ] as const)('is followed by a look at the limits of its session on %s', async (engine, readOnly, limit) => {
    const [begin, statement, check, end, ...rest] = await sent('SELECT total(1)', engine);
    expect([begin, statement, end, rest]).toEqual(['START TRANSACTION READ ONLY', 'SELECT total(1)', 'ROLLBACK', []]);
    expect(check).toContain(`@@session.${readOnly} = 1`);
    expect(check).toContain(`@@session.${limit}`);
  });

  it('is left alone where the load may write', async () => {
    expect(await sent('SELECT total(1)', 'mysql', true)).toEqual(['SELECT total(1)']);
  });

  it('says in the description that it takes more round trips', async () => {
    const { description } = await guardReads(sessionOf('mysql'), 'mysql', workloadOf('SELECT total(1)', 'mysql'));
    expect(description).toContain('read-only transaction, which takes more round trips');
  });
});
