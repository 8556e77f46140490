import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import { type Cause, causes } from '../../../src/diagnose/diagnosis.ts';
import type { Recording } from '../../../src/measurements/recording.ts';
import { madeLoad } from '../../helpers/made-causes.ts';
import { type MadeLoad, madeRecording } from '../../helpers/made-recording.ts';

const seeds = Array.from({ length: 10 }, (_, index) => index + 101);
const named = (recording: Recording) => {
  const { cause, answer } = diagnose(recording);
  return cause ?? answer;
};
const recordings = new Map<string, Recording>();
const made = (cause: Cause, seed: number): Recording => {
  const key = `${cause} ${seed}`;
  const recording = recordings.get(key) ?? madeRecording(madeLoad(cause, seed));
  recordings.set(key, recording);
  return recording;
};
const answers = (cause: Cause, change = (recording: Recording) => recording) =>
  seeds.map((seed) => named(change(made(cause, seed))));

describe.each(causes)('%s', (cause) => {
  it('is named, or the recording is not clear; no other cause ever is', () => {
    const found = answers(cause);
    expect(found.filter((answer) => answer !== cause && answer !== 'not clear')).toEqual([]);
    expect(found.filter((answer) => answer === cause).length).toBeGreaterThanOrEqual(9);
  });

  it('is not taken for another one where the ring has lost the first half', () => {
    const found = answers(cause, lastHalf);
    expect(found.filter((answer) => answer !== cause && !isOpen(answer) && !isLate(cause, answer))).toEqual([]);
  });

  it('comes with evidence in numbers, and with what to do', () => {
    const diagnosis = seeds.map((seed) => diagnose(made(cause, seed))).find((found) => found.cause === cause);
    expect(diagnosis?.evidence.join(' ')).toMatch(/\d/);
    expect(diagnosis?.advice).not.toEqual([]);
    expect(JSON.stringify(diagnosis)).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

const isOpen = (answer: string) => answer === 'not clear' || answer === 'no waits';
/** Without the time before it, a database that was always slow for this pool is a pool that is too small. */
const isLate = (cause: Cause, answer: string) => cause === 'slow-database' && answer === 'too-small';

function lastHalf(recording: Recording): Recording {
  const fromMs = recording.durationMs / 2;
  const shifted = (ms: number) => Math.max(0, ms - fromMs);
  const kept = recording.acquires.filter(({ askedMs, outcome }) => askedMs >= fromMs || outcome === 'held');
  const acquires = kept.map(({ holder, ...acquire }) => {
    const row =
      typeof holder === 'number'
        ? kept.findIndex(({ askedMs }) => askedMs === recording.acquires[holder]?.askedMs)
        : holder;
    return { ...acquire, askedMs: shifted(acquire.askedMs), ...(row !== undefined && row !== -1 && { holder: row }) };
  });
  return {
    ...recording,
    ...{ acquires, overwritten: recording.acquires.length - kept.length, durationMs: recording.durationMs - fromMs },
    samples: recording.samples
      .filter(({ atMs }) => atMs >= fromMs)
      .map((sample) => ({ ...sample, atMs: shifted(sample.atMs) })),
    connects: recording.connects
      .filter(({ startedMs }) => startedMs >= fromMs)
      .map((connect) => ({ ...connect, startedMs: shifted(connect.startedMs) })),
    stops: recording.stops
      .filter(({ toMs }) => toMs > fromMs)
      .map((stop) => ({ fromMs: shifted(stop.fromMs), toMs: shifted(stop.toMs) })),
  };
}

describe('where contexts are not followed', () => {
  const blind = (recording: Recording): Recording => ({
    ...recording,
    acquires: recording.acquires.map(({ holder: _, ...acquire }) => acquire),
  });

  it.each(['nested-acquire', 'slow-database', 'too-small'] as const)('%s is named, or it is not clear', (cause) => {
    const found = answers(cause, blind);
    expect(found.filter((answer) => answer !== cause && answer !== 'not clear')).toEqual([]);
  });

  it('holds that end when another acquire has timed out give nested acquires away', () => {
    const load = madeLoad('nested-acquire', 1);
    const recording = madeRecording({ ...load, knowsContexts: false, acquireTimeoutMs: 300, nestedShare: 1 });
    const found = diagnose(recording);
    expect([found.cause, ...(found.candidates ?? [])]).toContain('nested-acquire');
  });
});

it('does not believe contexts that a loop lends to all of its requests', () => {
  const recording = madeRecording(madeLoad('too-small', 4));
  const lent = recording.acquires.map((acquire, row) => ({
    ...acquire,
    holder: row === 0 ? ('none' as const) : row - 1,
  }));
  expect(named({ ...recording, acquires: lent })).toBe('too-small');
});

describe('a recording in which nothing is wrong', () => {
  const quiet: MadeLoad = { limit: 10, durationMs: 4_000, ratePerSecond: () => 100, holdMs: () => 30 };

  it('says that nobody waited', () => {
    expect(diagnose(madeRecording(quiet))).toMatchObject({ answer: 'no waits', advice: [], sites: expect.any(Array) });
  });

  it('still says which connections never came back', () => {
    let asked = 0;
    const leaking = madeRecording({ ...quiet, holdMs: () => (++asked === 20 ? Infinity : 30) });
    const { answer, evidence } = diagnose(leaking);
    expect(answer).toBe('no waits');
    expect(evidence.join(' ')).toContain('1 connection of 10 never came back');
  });

  it('may be empty, or have one acquire', () => {
    const none = { ...madeRecording(quiet), acquires: [], connects: [], samples: [], stops: [], durationMs: 0 };
    expect(diagnose(none)).toMatchObject({ answer: 'no waits', waits: { asked: 0, p99Ms: 0 } });
    const one = madeRecording({ ...quiet, ratePerSecond: () => 0.3 });
    expect(diagnose({ ...one, acquires: one.acquires.slice(0, 1) }).answer).toBe('no waits');
  });
});

it('goes by the limit that the pool had while requests waited', () => {
  const recording = madeRecording(madeLoad('too-small', 2));
  const samples = recording.samples.map((sample) => ({
    ...sample,
    limit: sample.atMs < 500 ? 1 : (sample.limit ?? 0),
  }));
  expect(diagnose({ ...recording, samples }).load?.limit).toBe(diagnose(recording).load?.limit);
});

it('names the places in the code that hold and that wait', () => {
  expect(diagnose(madeRecording(madeLoad('nested-acquire', 104))).sites).toEqual([
    { site: 'src/orders.ts:12', count: expect.any(Number), role: 'held one and waited' },
    { site: 'src/audit.ts:7', count: expect.any(Number), role: 'waited' },
  ]);
});
