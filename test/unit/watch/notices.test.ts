import { expect, it } from 'vitest';
import { noticeOf } from '../../../src/watch/notices.ts';
import { targetLook } from '../../helpers/watch-state.ts';

const bouncer = (transactionsTotal: number) =>
  targetLook({ kind: 'pgbouncer', serverId: 'db.internal:6432/1.26.1', transactionsTotal });

it.each([
  [9_000, 12, 'restarted'],
  [9_000, 9_000, undefined],
  [9_000, 9_001, undefined],
])('a PgBouncer whose transactions go from %d to %d is %s', (before, after, code) => {
  expect(noticeOf(bouncer(before), bouncer(after))?.code).toBe(code);
});

it('a PostgreSQL whose counters were reset was not restarted', () => {
  const [before, after] = [9_000, 12].map((transactionsTotal) => targetLook({ transactionsTotal }));
  expect(before && after && noticeOf(before, after)).toBeUndefined();
});
