import { expect, it } from 'vitest';
import { postgresFacts } from '../../../src/engines/postgres/facts.ts';
import type { Row } from '../../../src/engines/rows.ts';
import type { Session } from '../../../src/engines/session.ts';
import { ConnectionTarget } from '../../../src/engines/target.ts';
import { liveBudget } from '../../../src/inspect/live-budget.ts';

const target = new ConnectionTarget({
  ...{ protocol: 'postgres', host: '127.0.0.1', port: 5432, user: 'postgres', database: 'postgres' },
  tls: { mode: 'disable' },
});

/** A session that answers so, without sessions of others. */
function answering(limits: Row, statementTimeout = '0'): Session {
  return {
    ...{ target, version: '18.6', encrypted: false, processId: 1, localPort: undefined },
    rows: async () => [],
    answers: async () => [[], [], [{ statement_timeout: statementTimeout }], [], [limits], []],
    close: async () => {},
  };
}

const said = { pid: 1, session_user: 'postgres', database: 'postgres', max_connections: 100, superuser_reserved: 3 };

it('a server of one session, such as PGlite, lets in one, whatever max_connections says', async () => {
  const { limits } = await postgresFacts(answering({ ...said, is_standalone: true }));
  expect(liveBudget(limits)).toMatchObject({ usableConnections: 1, freeConnections: 1 });
  expect(limits.lowered).toMatchObject({ from: 100 });
});

it('any other lets in what is not reserved', async () => {
  const { limits } = await postgresFacts(answering({ ...said, is_standalone: false }));
  expect(liveBudget(limits)).toMatchObject({ usableConnections: 97, freeConnections: 97 });
});

it.each([
  ['0', undefined],
  ['250ms', 250],
  ['30s', 30_000],
  ['5min', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('a time limit of %s is %j ms', async (text, ms) => {
  const { timeLimits } = await postgresFacts(answering(said, text));
  expect(timeLimits.find(({ name }) => name === 'statement_timeout')?.ms).toBe(ms);
});
