import { describe, expect, it } from 'vitest';
import { refuseNoRepeats } from '../../../src/probe/repeats.ts';
import type { ProbeResult } from '../../../src/probe/result.ts';
import { probeResult, probeRun } from '../../helpers/probe-result.ts';

/** Half a minute of load from that minute on, as one run or, without `run`, a document of before. */
function at(minute: number, { run, waitMs = 4 }: { run?: string; waitMs?: number } = {}): ProbeResult {
  const time = (second: number) => `2026-11-21T10:0${minute}:${String(second).padStart(2, '0')}.000Z`;
  const { metadata } = probeResult();
  return probeResult('load', {
    metadata: { ...metadata, startedAt: time(0) },
    seconds: 40,
    runs: [probeRun(run === undefined ? {} : { window: { from: time(5), to: time(35) } }, { waitMs })],
    ...(run !== undefined && { run }),
  });
}

const refusal = (...results: readonly ProbeResult[]) => {
  try {
    refuseNoRepeats(results.map((result, index) => ({ file: `${'abc'[index]}.json`, result })));
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('repeats', () => {
  it('are runs of their own, one after the other', () => {
    expect(refusal(at(1, { run: '0000000a' }), at(2, { run: '0000000b' }), at(3, { run: '0000000c' }))).toBeUndefined();
    expect(refusal(at(1), at(2))).toBeUndefined();
    expect(refusal(at(1, { run: '0000000a' }), at(2))).toBeUndefined();
  });

  it('are never the same run twice, by its id, or of documents of before by what they measured', () => {
    expect(refusal(at(1, { run: '0000000a' }), at(2, { run: '0000000b' }), at(1, { run: '0000000a' }))).toMatchObject({
      code: 'INPUT_CONTRADICTION',
      message: 'a.json and c.json are the same run (0000000a): twice the same is no evidence.',
    });
    expect(refusal(at(1), at(1))).toMatchObject({
      message: expect.stringContaining('a.json and b.json are the same run:'),
    });
  });

  it('at the same time are parts of one load, for which there is --shards', () => {
    const apart = {
      code: 'INPUT_CONTRADICTION',
      hint: expect.stringContaining('poolctl report --shards shard-*.json'),
    };
    expect(refusal(at(1, { run: '0000000a' }), at(1, { run: '0000000b' }))).toMatchObject({
      ...apart,
      message: expect.stringContaining('a.json and b.json were measured at the same time'),
    });
    expect(refusal(at(1), at(1, { waitMs: 5 }))).toMatchObject(apart);
  });
});
