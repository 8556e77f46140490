import { describe, expect, it } from 'vitest';
import { createLagClock } from '../../../../src/probe/control/replicas.ts';
import { progressOf } from '../../../../src/probe/run/look-out.ts';

describe('the progress of a load', () => {
  const at = () => {
    let ms = 0;
    const progress = progressOf(() => ms);
    return {
      progress,
      go: (to: number) => {
        ms = to;
      },
    };
  };

  it('stands still from the last request that ended', () => {
    const { progress, go } = at();
    progress.begin();
    go(250);
    progress.tick(10);
    go(500);
    progress.tick(10);
    go(900);
    expect(progress.stillMs(400)).toBe(650);
  });

  it('has stood still where requests end again just before it is asked', () => {
    const { progress, go } = at();
    progress.begin();
    go(1_000);
    progress.tick(10);
    go(1_010);
    expect(progress.stillMs(500)).toBe(1_000);
    go(2_000);
    progress.tick(20);
    go(4_000);
    expect(progress.stillMs(100)).toBe(2_000);
  });

  it('knows how often requests ended before', () => {
    const { progress, go } = at();
    progress.begin();
    expect(progress.usualMs()).toBe(Number.POSITIVE_INFINITY);
    go(500);
    progress.tick(100);
    go(4_000);
    expect(progress.usualMs()).toBe(5);
  });

  it('does not stand still where no step runs', () => {
    const { progress, go } = at();
    go(5_000);
    expect(progress.stillMs(500)).toBe(0);
    progress.begin();
    progress.end();
    go(9_000);
    expect(progress.stillMs(500)).toBe(0);
  });
});

describe('the lag of a replica by the clock', () => {
  it('grows while nothing is replayed, and is 0 where all is', () => {
    const lagMs = createLagClock();
    expect(lagMs({ atMs: 0, written: 100, replayed: 100 })).toBe(0);
    expect(lagMs({ atMs: 500, written: 200, replayed: 100 })).toBe(0);
    expect(lagMs({ atMs: 1_000, written: 300, replayed: 100 })).toBe(500);
    expect(lagMs({ atMs: 3_000, written: 300, replayed: 100 })).toBe(2_500);
    expect(lagMs({ atMs: 3_500, written: 400, replayed: 200 })).toBe(2_500);
    expect(lagMs({ atMs: 4_000, written: 400, replayed: 400 })).toBe(0);
  });

  it('is not the time since the last write', () => {
    const lagMs = createLagClock();
    lagMs({ atMs: 0, written: 100, replayed: 100 });
    expect(lagMs({ atMs: 60_000, written: 100, replayed: 100 })).toBe(0);
  });
});
