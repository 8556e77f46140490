import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseShard, shardDocument } from '../../../../src/probe/shards/document.ts';
import type { ShardResult } from '../../../../src/probe/shards/model.ts';
import '../../../helpers/fuzz-seed.ts';
import { probeDocument, probeResult } from '../../../helpers/probe-result.ts';
import { shardPlan, shardPlanFile } from '../../../helpers/shard-plan.ts';
import { dealtShards, shardFile, shardResult } from '../../../helpers/shard-results.ts';
import { madeRequests, shardRunOf } from '../../../helpers/shard-runs.ts';

const [good] = dealtShards(1, { count: 300, windowMs: 1_000 }).shards;
if (!good) throw new Error('no shard');

/** The file with another value at that path. */
function withAt(path: readonly (string | number)[], value: unknown): string {
  const document = JSON.parse(shardFile(good as ShardResult)) as Record<string | number, unknown>;
  let place = document;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[path.at(-1) ?? ''] = value;
  return JSON.stringify(document);
}

const whyNot = (text: string) => {
  try {
    parseShard(text, 'shard-1.json');
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the file of a shard', () => {
  it('reads back as what the shard had, histograms and seconds included', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.nat(400), fc.integer({ min: 1, max: 4_000 }), (seed, count, windowMs) => {
        const run = shardRunOf(madeRequests(seed, count), windowMs);
        const result = shardResult(seed % 3, [run]);
        expect(parseShard(shardFile(result), 'x')).toEqual(result);
      }),
      { numRuns: 30 },
    );
  });

  it('has histograms as other tools read them, and nothing for empty ones', () => {
    const document = JSON.stringify(shardDocument(good));
    expect(document).toContain('"total":"HISTF');
    expect(document).not.toContain('"connect"');
    expect(document).not.toContain('"counts"');
  });

  it('of one that has only begun has no steps yet', () => {
    const { clock, startedAt, transport, guards, cleanUp, ...rest } = shardResult(1, []);
    const stub: ShardResult = { ...rest, finished: 'running', seconds: 0 };
    expect(parseShard(shardFile(stub), 'x')).toEqual(stub);
  });

  it.each<[what: string, text: string, message: RegExp]>([
    ['the result of a probe', probeDocument(probeResult('load')), /the result of a whole probe, and no shard of one/],
    ['a plan', shardPlanFile(shardPlan()), /the plan of a sharded probe, and no result/],
    [
      'the answer of another command',
      '{"schema":"poolctl.size/1"}',
      /this is poolctl\.size\/1, and no result of a shard/,
    ],
    ['a later version', withAt(['schema'], 'poolctl.probe-shard/2'), /poolctl\.probe-shard\/2, and this poolctl knows/],
    ['a file that is cut off', shardFile(good).slice(0, -40), /cut off before its end/],
    ['an empty file', '', /this file is empty/],
    ['no JSON', 'SELECT 1', /this is not JSON/],
    ['JSON of something else', '{"a":1}', /schema is missing/],
    ['a shard without its run', withAt(['result', 'run'], undefined), /result\.run is missing/],
    ['a plan with another key', withAt(['result', 'plan', 'later'], 1), /result\.plan\.later/],
    [
      'a broken histogram',
      withAt(['result', 'steps', 0, 'run', 'slices', 0, 'histogramsUs', 'wait'], 'HISTFAAAA'),
      /result\.steps\.0\.run\.slices\.0\.histogramsUs\.wait is not what it should be/,
    ],
    ['a shard beyond its plan', withAt(['result', 'shard'], 3), /shard is 3, and the plan has 0 to 2/],
    ['a step beyond its plan', withAt(['result', 'steps', 0, 'step'], 1), /step 1 is not in its plan/],
    [
      'other counts than times',
      withAt(['result', 'steps', 0, 'run', 'completed'], 1),
      /completed 1, and has \d+ times/,
    ],
  ])('is not %s', (_, text, message) => {
    expect(whyNot(text)).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(message) });
    expect(whyNot(text)).toMatchObject({ message: expect.stringContaining('shard-1.json'), hint: expect.any(String) });
  });
});
