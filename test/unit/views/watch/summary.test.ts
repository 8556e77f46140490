import { expect, it } from 'vitest';
import { watchView } from '../../../../src/views/watch/summary.ts';
import { AlarmsSeen } from '../../../../src/watch/alarms-seen.ts';
import { watchSummary } from '../../../../src/watch/summary.ts';
import { seenAtMs, targetState, watchState } from '../../../helpers/watch-state.ts';

const dayMs = 86_400_000;

it('high-water marks name who held them once, and their day where it is another one', () => {
  const by = [
    { user: 'app', application: 'api', state: 'active', connections: 9 },
    { user: 'app', application: 'report', connections: 7 },
    { user: 'app', application: 'api', state: 'idle', connections: 4 },
  ];
  const marks = {
    highWater: { connections: 20, atMs: seenAtMs, by },
    beforeRestart: { connections: 26, atMs: seenAtMs - dayMs, by },
  };
  const { tables = [] } = watchView(watchSummary(watchState([targetState({ marks })]), new AlarmsSeen()));
  expect(tables.find(({ title }) => title === 'High-water marks')?.rows).toEqual([
    ['orders', '20', '12:00:00Z', '13 api, 7 report'],
    ['orders', '26', '2026-11-29 12:00:00Z', 'before the restart'],
  ]);
});
