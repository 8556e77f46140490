import { describe, expect, it } from 'vitest';
import { parseMeasurement } from '../../../src/measure/document.ts';
import { measurement } from '../../../src/measure/measurement.ts';
import { factsOf, readingsOf, samplesOf, steady } from './seen.ts';

const estimate = { value: 80, low: 70, high: 90 };
const document = {
  schema: 'poolctl.measure/1',
  poolctl: '0.1.0',
  result: {
    scope: 'database "app"',
    windowSeconds: 60.2,
    ratePerSecond: { value: 150, low: 140, high: 160, source: 'counters' },
    holdTime: { meanMs: estimate, p95Ms: { value: 220, low: 200, high: null } },
    heldBy: [{ value: 12, low: 11, high: 13, source: 'counters', isSampled: false }],
  },
};

/** The document with another value at that path. */
function withAt(path: readonly (string | number)[], value: unknown): string {
  const copy = structuredClone(document) as Record<string | number, unknown>;
  let place = copy;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[path.at(-1) ?? ''] = value;
  return JSON.stringify(copy);
}

describe('a file of measure', () => {
  it('has the load that a pool is sized by', () => {
    expect(parseMeasurement(JSON.stringify(document), 'load.json')).toEqual({
      ratePerSecond: 150,
      meanMs: 80,
      p95Ms: 220,
      heldBy: [{ value: 12, source: 'counters' }],
      what: 'database "app", over 60 s',
    });
  });

  it('has the hold times as a whole, where the server kept them', () => {
    const histogram = [{ fromMs: 0, toMs: 10, count: 5 }];
    expect(parseMeasurement(withAt(['result', 'histogram'], histogram), 'load.json').histogram).toEqual(histogram);
  });

  it('is what measure writes', () => {
    const stretches = steady({ transactions: 100, transactionMs: 8_000 });
    const result = measurement(factsOf(), readingsOf(stretches), samplesOf(Array(200).fill(8), { agesMs: [70, 80] }));
    const load = parseMeasurement(JSON.stringify({ schema: 'poolctl.measure/1', result }), 'load.json');
    expect(load).toMatchObject({ ratePerSecond: 100, meanMs: result.holdTime.meanMs.value });
    expect(load.p95Ms).toBe(result.holdTime.p95Ms?.value);
    expect(load.heldBy.map(({ value }) => value)).toEqual([8, 8]);
  });

  it.each<[what: string, text: string, message: string]>([
    ['no JSON', 'TPS 150', 'load.json: this is not JSON.'],
    ['NaN, which JSON does not have', '{"schema": NaN}', 'load.json: this is not JSON.'],
    ['something else', '[]', 'load.json: this is not a measurement: schema is missing.'],
    ['null', 'null', 'load.json: this is not a measurement: it is not what it should be.'],
    [
      'another document of poolctl',
      withAt(['schema'], 'poolctl.size/1'),
      'load.json: this is not a measurement: schema is not what it should be.',
    ],
    [
      'a later version',
      withAt(['schema'], 'poolctl.measure/2'),
      'load.json: this is not a measurement: schema is not what it should be.',
    ],
    [
      'no rate',
      withAt(['result', 'ratePerSecond'], undefined),
      'load.json: this is not a measurement: result.ratePerSecond is missing.',
    ],
    [
      'a rate of 0',
      withAt(['result', 'ratePerSecond', 'value'], 0),
      'load.json: this is not a measurement: result.ratePerSecond.value is not what it should be.',
    ],
    [
      'a hold that was NaN when it was written',
      withAt(['result', 'holdTime', 'meanMs', 'value'], Number.NaN),
      'load.json: this is not a measurement: result.holdTime.meanMs.value is not what it should be.',
    ],
    [
      'a hold that is endless',
      JSON.stringify(document).replace('"meanMs":{"value":80', '"meanMs":{"value":1e999'),
      'load.json: this is not a measurement: result.holdTime.meanMs.value is not what it should be.',
    ],
    [
      'no connections in use',
      withAt(['result', 'heldBy'], undefined),
      'load.json: this is not a measurement: result.heldBy is missing.',
    ],
    [
      'fewer than no connections in use',
      withAt(['result', 'heldBy', 0, 'value'], -1),
      'load.json: this is not a measurement: result.heldBy.0.value is not what it should be.',
    ],
    [
      'a bucket without a count',
      withAt(['result', 'histogram'], [{ fromMs: 0, toMs: 1 }]),
      'load.json: this is not a measurement: result.histogram.0.count is missing.',
    ],
  ])('with %s is refused with its name and the place', (_, text, message) => {
    const parse = () => parseMeasurement(text, 'load.json');
    expect(parse).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message }));
  });
});
