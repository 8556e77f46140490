import { expect, it } from 'vitest';
import type { Io } from '../../../../src/base/io.ts';
import { presenterFor } from '../../../../src/commands/watch/presenter.ts';
import { usualGrouping, usualTop } from '../../../../src/watch/grouping.ts';
import type { WatchState } from '../../../../src/watch/state.ts';
import type { Watching } from '../../../../src/watch/watch-targets.ts';
import { poorLook, targetState, watchState } from '../../../helpers/watch-state.ts';

it('tells once what is not visible, however many there are at each look', async () => {
  let said = '';
  const write = (text: string) => {
    said += text;
  };
  const io = { stdout: { write: () => {} }, stderr: { write } } as unknown as Io;
  const listeners: ((state: WatchState) => void)[] = [];
  const onChange = (listener: (state: WatchState) => void) => {
    listeners.push(listener);
    return () => {};
  };
  const grouping = { by: usualGrouping, top: usualTop };
  const present = await presenterFor('lines', { read: () => undefined as never, io, grouping, warnings: [] });
  await present({ onChange } as unknown as Watching);
  for (const [name, count] of [
    ['orders', 2],
    ['orders', 1_200],
    ['billing', 3],
  ] as const) {
    const unseen = [{ what: `the states (${count.toLocaleString('en')} now): they are counted`, grant: 'GRANT x' }];
    listeners[0]?.(
      watchState([targetState({ name, look: { ...poorLook(), unseen } }), targetState({ name: 'other' })]),
    );
  }
  expect(said.match(/^warning.*$/gm)).toEqual([
    'warning[NOT_ALL_SEEN]: orders: Not visible without a privilege: the states (2 now): they are counted.',
    'warning[NOT_ALL_SEEN]: billing: Not visible without a privilege: the states (3 now): they are counted.',
  ]);
});
