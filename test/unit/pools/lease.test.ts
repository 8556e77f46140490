import { expect, it, vi } from 'vitest';
import { ConnectionLease, type Lender } from '../../../src/pools/lease.ts';

it.each([
  [undefined, [], 'The statement must be a text.'],
  [{ sql: 'SELECT 1' }, [], 'The statement must be a text.'],
  ['SELECT ?', 'abc', 'The values of a statement must be an array.'],
  ['SELECT ?', { a: 1 }, 'The values of a statement must be an array.'],
])('refuses the statement %j with %j before the driver sees it', async (sql, params, why) => {
  const run = vi.fn();
  const lease = new ConnectionLease({ id: 'a', driver: { run }, queryFailed() {} } as unknown as Lender);
  await expect(lease.query(sql as string, params as unknown[])).rejects.toThrow(why);
  expect(run).not.toHaveBeenCalled();
});
