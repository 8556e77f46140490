import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { parseRecording } from '../../../src/measurements/recording.ts';

const sound = {
  schema: 'poolctl.recording/1',
  poolctl: '1.0.0',
  result: {
    ...{ startedAt: '2026-11-29T09:00:00.000Z', durationUs: 2_000_000, reason: 'asked', overwritten: 0 },
    pool: { name: 'orders', library: 'pg' },
    sites: ['src/orders.ts:12'],
    acquires: {
      ...{ askedUs: [0, 1_000], queuedUs: [0, -1], connectingUs: [0, -1], waitUs: [500, 1_999_000] },
      ...{ useUs: [20_000, -1], outcome: [2, 0], holder: [-2, 0], site: [0, -1] },
    },
    connects: { startedUs: [0], tookUs: [30_000], failed: [1] },
    samples: {
      ...{ atUs: [1_000_000], used: [1], idle: [-1], connecting: [0], pending: [1], limit: [5], lagUs: [250] },
    },
    stops: { startedUs: [10_000], tookUs: [40_000] },
  },
};
type Document = typeof sound;

it('reads what the flight recorder has written, in ms', () => {
  expect(parseRecording(JSON.stringify(sound), 'r.json')).toEqual({
    ...{ startedAt: '2026-11-29T09:00:00.000Z', durationMs: 2_000, reason: 'asked', overwritten: 0 },
    pool: { name: 'orders', library: 'pg' },
    acquires: [
      { askedMs: 0, waitMs: 0.5, useMs: 20, outcome: 'returned', holder: 'none', site: 'src/orders.ts:12' },
      { askedMs: 1, waitMs: 1_999, outcome: 'waiting', holder: 0 },
    ],
    connects: [{ startedMs: 0, tookMs: 30, failed: true }],
    samples: [{ atMs: 1_000, used: 1, connecting: 0, pending: 1, limit: 5, lagMs: 0.25 }],
    stops: [{ fromMs: 10, toMs: 50 }],
  });
});

describe('a damaged file is refused in one sentence', () => {
  const refusal = (text: string) => {
    try {
      parseRecording(text, 'r.json');
    } catch (error) {
      return error instanceof PoolctlError ? error.message : 'another error';
    }
    return 'accepted';
  };
  const changed = (change: (result: Document['result']) => void) => {
    const document = structuredClone(sound);
    change(document.result);
    return refusal(JSON.stringify(document));
  };

  it.each([
    ['', 'r.json: this is not JSON.'],
    [JSON.stringify(sound).slice(0, -20), 'r.json: this is not JSON.'],
    ['[]', 'r.json: this is not a recording: schema is missing.'],
    ['{"schema":"poolctl.recording/2"}', 'r.json: this is not a recording: schema is not what it should be.'],
  ])('%j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it.each<[string, (result: Document['result']) => void]>([
    ['acquires.waitUs has 1 rows, not 2.', ({ acquires }) => acquires.waitUs.pop()],
    ['row 1 of acquires is before the one above it.', ({ acquires }) => acquires.askedUs.splice(0, 2, 2_000, 1_000)],
    ['samples go on after its end.', ({ samples }) => samples.atUs.splice(0, 1, 3_000_000)],
    ['an outcome is 99, which means nothing.', ({ acquires }) => acquires.outcome.splice(0, 1, 99)],
    ['acquire 0 has a holder that came later.', ({ acquires }) => acquires.holder.splice(0, 1, 1)],
    ['an acquire has site 7 of 1.', ({ acquires }) => acquires.site.splice(0, 1, 7)],
  ])('%s', (why, change) => {
    expect(changed(change)).toBe(`r.json: this recording is damaged: ${why}`);
  });
});
