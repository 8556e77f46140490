import { beforeEach, describe, expect, it } from 'vitest';
import { SaturationTrigger } from '../../../../src/monitor/recording/saturation-trigger.ts';
import { stillPool } from '../../../helpers/recorded-pool.ts';

describe('a file is due', () => {
  let still: ReturnType<typeof stillPool>;
  let trigger: SaturationTrigger;
  /** Asked each second for a while: the seconds in which a file is due. */
  const due = (seconds: number) =>
    Array.from({ length: seconds }, (_, second) => {
      const isDue = trigger.isDue(still.observer);
      still.clock.ms += 1_000;
      return isDue ? [second] : [];
    }).flat();

  beforeEach(() => {
    still = stillPool();
    trigger = new SaturationTrigger({ saturatedAfterMs: 1_000, tailMs: 3_000, pauseMs: 20_000 });
    trigger.isDue(still.observer);
  });

  it('never while nobody waits for long', () => {
    for (let turn = 0; turn < 50; turn += 1) still.acquire(100, 10);
    expect(due(10)).toEqual([]);
  });

  it('a tail after a request has waited for long, even when it has been served since', () => {
    const asked = still.observer.asked();
    still.clock.ms += 1_500;
    expect(due(1)).toEqual([]);
    asked.granted({});
    expect(due(5)).toEqual([2]);
  });

  it.each(['timeout', 'refused'] as const)('a tail after an acquire ended by %s', (kind) => {
    still.observer.asked().failed(new Error('no'), kind);
    expect(due(6)).toEqual([3]);
  });

  it('not for a failure to connect, which is no saturation', () => {
    still.observer.asked().failed(new Error('no'), 'connect');
    expect(due(6)).toEqual([]);
  });

  it('not again before the pause is over', () => {
    still.observer.asked();
    still.clock.ms += 1_000;
    expect(due(60)).toEqual([3, 26, 49]);
  });
});
