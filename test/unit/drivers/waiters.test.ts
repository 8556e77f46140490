import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadConnection } from '../../../src/drivers/driver.ts';
import { Waiters } from '../../../src/drivers/waiters.ts';

const connection: LoadConnection = { processId: 7, run: () => {}, release: () => {} };

describe('who waits for a connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is answered once: with the connection and how long it took to open', () => {
    const waiters = new Waiters(100);
    const acquired = vi.fn();
    const waiter = waiters.add(acquired);
    expect(waiters.count).toBe(1);
    expect(waiter.serve(connection, 3)).toBe(true);
    waiter.refuse(new Error('late'));
    vi.advanceTimersByTime(1_000);
    expect(acquired.mock.calls).toEqual([[undefined, connection, 3]]);
    expect([waiters.count, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('gives up at its timeout, and a connection that comes later finds nobody', () => {
    const waiters = new Waiters(100);
    const acquired = vi.fn();
    const waiter = waiters.add(acquired);
    vi.advanceTimersByTime(99);
    expect(acquired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(acquired.mock.calls[0]?.[0]).toMatchObject({ code: 'POOL_ACQUIRE_TIMEOUT' });
    expect(waiter.serve(connection, undefined)).toBe(false);
    expect(acquired).toHaveBeenCalledTimes(1);
  });

  it('gives up each at its own time, in turn', () => {
    const waiters = new Waiters(100);
    const gaveUp: number[] = [];
    for (let number = 0; number < 3; number++) {
      const begun = performance.now();
      waiters.add(() => gaveUp.push(performance.now() - begun));
      vi.advanceTimersByTime(30);
    }
    vi.advanceTimersByTime(300);
    expect(gaveUp).toEqual([100, 100, 100]);
    waiters.add(() => gaveUp.push(0)).serve(connection, undefined);
    vi.advanceTimersByTime(300);
    expect([gaveUp.length, vi.getTimerCount()]).toEqual([4, 0]);
  });

  it('gives up in time, also where one who gave up before asks again at once', () => {
    const waiters = new Waiters(100);
    const acquired = vi.fn();
    waiters.add(() => waiters.add(() => {}));
    vi.advanceTimersByTime(40);
    waiters.add(acquired);
    vi.advanceTimersByTime(99);
    expect(acquired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(acquired).toHaveBeenCalledTimes(1);
  });

  it('is refused in a later turn of the loop, so that who asks at once again leaves room for others', () => {
    const waiters = new Waiters();
    const acquired = vi.fn();
    waiters.add(acquired).refuseSoon(new Error('full'));
    expect([acquired.mock.calls.length, waiters.count]).toEqual([0, 1]);
    vi.runAllTimers();
    expect([acquired.mock.calls.length, waiters.count]).toEqual([1, 0]);
  });

  it('is refused with all others at the end, also where an answer makes another one ask', () => {
    const waiters = new Waiters();
    const refused: string[] = [];
    for (const name of ['a', 'b']) {
      waiters.add((error) => {
        refused.push(`${name}: ${error?.message}`);
        waiters.add(() => refused.push('again'));
      });
    }
    waiters.refuseAll(new Error('over'));
    expect(refused).toEqual(['a: over', 'b: over']);
  });
});
