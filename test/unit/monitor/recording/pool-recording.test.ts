import { describe, expect, it } from 'vitest';
import { parseRecording } from '../../../../src/measurements/recording.ts';
import { PoolRecording } from '../../../../src/monitor/recording/pool-recording.ts';
import { stillPool } from '../../../helpers/recorded-pool.ts';

const wallMs = Date.UTC(2026, 10, 29, 9, 0, 10);

function recorded({ acquires = 100, spanMs = 60_000 } = {}) {
  const still = stillPool();
  const recording = new PoolRecording(still.pool, { acquires, spanMs }, '/app');
  still.observer.addSink(recording);
  const read = () => {
    return parseRecording(JSON.stringify(recording.document('asked', wallMs)), 'recording.json');
  };
  return { ...still, recording, read };
}

describe('what is recorded of a pool', () => {
  it('is each acquire with its wait, its use and how it ended', () => {
    const { acquire, observer, clock, read } = recorded();
    acquire(5, 20);
    observer.asked().failed(new Error('host=secret'), 'timeout');
    acquire(0);
    observer.asked();
    clock.ms += 100;
    expect(read().acquires).toEqual([
      { askedMs: 0, waitMs: 5, useMs: 20, outcome: 'returned' },
      { askedMs: 25, waitMs: 0, outcome: 'timeout' },
      { askedMs: 25, waitMs: 0, outcome: 'held' },
      { askedMs: 25, waitMs: 100, outcome: 'waiting' },
    ]);
  });

  it('says when it began, by the wall clock', () => {
    const { clock, read } = recorded();
    clock.ms += 10_000;
    expect(read()).toMatchObject({ startedAt: '2026-11-29T09:00:00.000Z', durationMs: 10_000, acquires: [] });
  });

  it('is the last of them where more came than the ring holds, from the moment that it knows all', () => {
    const { acquire, read } = recorded({ acquires: 3 });
    for (let turn = 0; turn < 10; turn += 1) acquire(0, 10);
    const { acquires, overwritten, durationMs } = read();
    expect(overwritten).toBe(7);
    expect(acquires.map(({ askedMs }) => askedMs)).toEqual([0, 10]);
    expect(durationMs).toBe(20);
  });

  it('goes back no further than it is told to, but keeps what is held since before that', () => {
    const { acquire, clock, read } = recorded({ spanMs: 1_000 });
    acquire(0);
    acquire(0, 10);
    clock.ms += 5_000;
    acquire(0, 10);
    const { acquires, durationMs } = read();
    expect(durationMs).toBe(1_000);
    expect(acquires.map(({ askedMs, outcome }) => [askedMs, outcome])).toEqual([
      [0, 'held'],
      [990, 'returned'],
    ]);
  });

  it('are the sizes of the pool once a second, and how late the event loop was', () => {
    const { pool, observer, clock, recording, read } = recorded();
    clock.ms += 1_000;
    recording.late(clock.ms, 200);
    observer.sampled(pool.sizes());
    const { samples, stops } = read();
    expect(samples.map(({ atMs, lagMs, limit }) => [atMs, lagMs, limit])).toEqual([
      [0, 0, 5],
      [1_000, 20, 5],
    ]);
    expect(stops).toEqual([{ fromMs: 800, toMs: 1_000 }]);
  });

  it('are the connects, and which of them failed', () => {
    const { observer, clock, read } = recorded();
    const first = observer.connecting();
    clock.ms += 30;
    first.connected();
    observer.connecting().failed(new Error('no'));
    expect(read().connects).toEqual([
      { startedMs: 0, tookMs: 30, failed: false },
      { startedMs: 30, tookMs: 0, failed: true },
    ]);
  });
});

it('has nothing of errors but their kind', () => {
  const { observer, recording } = recorded();
  observer.asked().failed(Object.assign(new Error('password=canary'), { detail: 'canary' }), 'other');
  expect(JSON.stringify(recording.document('asked', wallMs))).not.toContain('canary');
});
