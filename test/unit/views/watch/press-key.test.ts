import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Key, namedKeys, pressKey } from '../../../../src/views/watch/screen/press-key.ts';
import {
  type Extent,
  firstScreen,
  groupings,
  type ScreenState,
  selectedTarget,
  sortKeys,
  tableIds,
} from '../../../../src/views/watch/screen/screen-state.ts';

const extent: Extent = {
  targets: ['orders', 'billing', 'users'],
  table: 'groups',
  rows: 40,
  pageRows: 10,
  grouping: 'application',
  groupings: groupings.slice(1),
  helpBelow: 5,
};
const onTarget: ScreenState = { ...firstScreen(3), page: 'target', target: 'orders' };
const typed = (text: string): Key[] => [...text].map((character) => ({ typed: character }));
const press = (ui: ScreenState, keys: readonly Key[], seen = extent) =>
  keys.reduce((now, key) => pressKey(now, key, seen), ui);

const anyKey: fc.Arbitrary<Key> = fc.oneof(fc.constantFrom(...namedKeys), fc.constantFrom(...typed('jksSg/ prh?qx日')));
const anyExtent: fc.Arbitrary<Extent> = fc.record({
  targets: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
  table: fc.constantFrom(...tableIds),
  rows: fc.nat(500),
  pageRows: fc.integer({ min: 1, max: 60 }),
  grouping: fc.constantFrom(...groupings),
  groupings: fc.constant(groupings),
  helpBelow: fc.nat(20),
});

describe('whatever keys are pressed', () => {
  it('a row that exists is selected, of a target that exists', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKey, anyExtent), { maxLength: 60 }), (pressed) => {
        let ui = firstScreen(4);
        for (const [key, seen] of pressed) {
          const before = ui;
          ui = pressKey(ui, key, seen);
          expect(ui.cursor).toBeGreaterThanOrEqual(0);
          if (ui.cursor !== before.cursor) expect(ui.cursor).toBeLessThan(Math.max(1, seen.rows));
          if (ui.target !== before.target) expect(seen.targets).toContain(ui.target);
          expect(ui.helpScroll).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('only q ends it, and not while a filter is typed', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 60 }), (keys) => {
        let ui = firstScreen(1);
        for (const key of keys) {
          const { isEditing, isHelpOpen } = ui;
          ui = pressKey(ui, key, extent);
          const isQuit = typeof key !== 'string' && key.typed === 'q' && !isEditing && !isHelpOpen;
          expect(ui.isOver).toBe(isQuit);
          if (ui.isOver) return;
        }
      }),
    );
  });

  it('the state it started from is unchanged', () => {
    fc.assert(
      fc.property(anyKey, anyExtent, (key, seen) => {
        const before = structuredClone(onTarget);
        pressKey(onTarget, key, seen);
        expect(onTarget).toEqual(before);
      }),
    );
  });
});

describe('moving', () => {
  it.each<[Key[], number]>([
    [['down', 'down', 'up'], 1],
    [typed('jjjk'), 2],
    [['page-down'], 9],
    [['end'], 39],
    [['end', 'down', 'up'], 38],
    [['end', 'page-up'], 30],
    [['end', 'home'], 0],
    [['up'], 0],
  ])('%j selects row %d', (keys, cursor) => {
    expect(press(onTarget, keys).cursor).toBe(cursor);
  });

  it('comes back into a table that has become shorter with the first key', () => {
    expect(press({ ...onTarget, cursor: 39 }, ['up'], { ...extent, rows: 5 }).cursor).toBe(3);
  });

  it('selects targets by name on the page of all targets', () => {
    const ui = press(firstScreen(3), ['down', 'down', 'down']);
    expect(ui.target).toBe('users');
    expect(press(ui, ['up'], { ...extent, targets: ['users', 'orders'] }).target).toBe('users');
  });
});

describe('pages', () => {
  it('starts with one target in full, and with several as a table', () => {
    expect(firstScreen(1).page).toBe('target');
    expect(firstScreen(2).page).toBe('targets');
  });

  it('Enter and Tab lead to the selected target, Tab and Esc back', () => {
    for (const key of ['enter', 'tab'] as const) {
      expect(press(firstScreen(3), ['down', key])).toMatchObject({ page: 'target', target: 'billing' });
    }
    for (const key of ['escape', 'tab'] as const) expect(press(onTarget, [key]).page).toBe('targets');
  });

  it('the target stays the one that was opened, whatever moves to the top meanwhile', () => {
    const ui = press(firstScreen(3), ['enter']);
    expect(selectedTarget(ui, ['users', 'orders', 'billing'])).toBe('orders');
  });

  it('arrows go to the targets beside it', () => {
    expect(press(onTarget, ['right', 'right', 'right']).target).toBe('users');
    expect(press(onTarget, ['right', 'left', 'left']).target).toBe('orders');
  });
});

describe('sorting and grouping', () => {
  it('s goes through all columns and comes back to the first', () => {
    for (const table of tableIds) {
      const seen = { ...extent, table };
      const orders = sortKeys[table].map(
        (_, index) => press(onTarget, typed('s'.repeat(index)), seen).orders[table].by,
      );
      expect(orders).toEqual(sortKeys[table]);
      expect(press(onTarget, typed('s'.repeat(orders.length)), seen).orders).toEqual(onTarget.orders);
    }
  });

  it('S turns the order round, and back', () => {
    expect(press(onTarget, typed('S')).orders.groups).toEqual({ by: 'connections', isReversed: true });
    expect(press(onTarget, typed('SS'))).toEqual(onTarget);
  });

  it('g goes on to the next grouping', () => {
    expect(press(onTarget, typed('g')).grouping).toBe('user');
    expect(press(onTarget, typed('g'), { ...extent, grouping: 'each' }).grouping).toBe('application');
  });
});

describe('the filter', () => {
  it('takes all keys that write something, and keeps what was typed with Enter', () => {
    const ui = press(onTarget, [...typed('/quit s日'), 'backspace', 'enter']);
    expect(ui).toMatchObject({ isEditing: false, isOver: false, filters: { target: 'quit s', targets: '' } });
  });

  it('is cleared by Esc, while it is typed and later', () => {
    expect(press(onTarget, [...typed('/repo'), 'escape'])).toEqual(onTarget);
    const ui = press(onTarget, [...typed('/repo'), 'enter', 'escape']);
    expect(ui).toMatchObject({ page: 'target', filters: { target: '' } });
  });

  it('ends when nothing is left to erase', () => {
    expect(press(onTarget, [...typed('/a'), 'backspace', 'backspace'])).toEqual(onTarget);
  });

  it('is one for targets and another for their rows', () => {
    const ui = press(firstScreen(3), [...typed('/ord'), 'enter', 'enter', ...typed('/api'), 'enter']);
    expect(ui.filters).toEqual({ targets: 'ord', target: 'api' });
  });
});

it('p and the space bar hold the picture, and let it go on', () => {
  for (const key of typed('p ')) {
    expect(press(onTarget, [key]).isPaused).toBe(true);
    expect(press(onTarget, [key, key]).isPaused).toBe(false);
  }
});

it('r counts a reset of the marks and says so until the next key', () => {
  const ui = press(onTarget, typed('r'));
  expect(ui).toMatchObject({ resets: 1, notice: expect.stringContaining('High-water') });
  expect(press(ui, ['down']).notice).toBeUndefined();
});

it('any key closes the help and does nothing else, but arrows scroll it', () => {
  const help = press(onTarget, typed('h'));
  expect(help.isHelpOpen).toBe(true);
  expect(press(help, [...typed('q')])).toEqual(onTarget);
  expect(press(help, ['down', 'down', 'up'])).toMatchObject({ isHelpOpen: true, helpScroll: 1 });
  expect(press(help, ['end', 'down']).helpScroll).toBe(5);
});
