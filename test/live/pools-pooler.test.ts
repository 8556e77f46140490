import { afterEach, expect, inject, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { definitionOf, failureOf, Managers } from '../helpers/pools.ts';
import { ordinary } from '../helpers/sessions.ts';

describeWith('postgres', () => {
  const pgbouncer = inject('pgbouncer');
  const managers = new Managers();
  afterEach(() => managers.closeAll());

  test.skipIf(!pgbouncer?.available)('behind PgBouncer a pool works without a limit of statements', async () => {
    if (!pgbouncer?.available) return;
    const pools = managers.create();
    const behind = definitionOf('postgres', ordinary(pgbouncer));
    pools.register('limited', behind);
    pools.register('free', { ...behind, statementTimeoutMs: 0 });
    const refused = await failureOf(pools.executeQuery('limited', 'SELECT 1'));
    expect(Object(refused).cause.message).toContain('unsupported startup parameter: statement_timeout');
    expect(await pools.executeQuery('free', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
