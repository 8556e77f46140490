import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { parseHistogram } from '../../../src/measurements/histogram.ts';
import { parseSamples } from '../../../src/measurements/samples.ts';
import { parseTrace } from '../../../src/measurements/trace.ts';

const refusal = (parse: (text: string, file: string) => unknown, text: string) => {
  try {
    parse(text, 'f.txt');
  } catch (error) {
    return error instanceof PoolctlError ? error.message : 'another error';
  }
  return 'accepted';
};

/** As a file is read, in pieces of that many bytes. */
const inChunks = (text: string, size = 1_000) => {
  const bytes = new TextEncoder().encode(text);
  const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => at * size);
  return () => starts.map((start) => bytes.slice(start, start + size));
};

describe('a file of samples', () => {
  const read = (text: string, size?: number) => [...parseSamples(inChunks(text, size), 'f.txt')];

  it('has one hold time a line, in any unit, with comments and blank lines, and is sorted', () => {
    expect(read('# from the APM\n300\n0.1s\r\n\n20ms # warm\n')).toEqual([20, 100, 300]);
  });

  it.each([1, 2, 3, 7])('is the same however it comes, in pieces of %d bytes too', (size) => {
    expect(read('# first\r\n12.5\r\n7\n0.0301s\n\n1234567.25', size)).toEqual([7, 12.5, 30.1, 1_234_567.25]);
  });

  it('has the numbers that JavaScript reads', () => {
    const texts = ['0.1', '0.3', '123.456', '99.999999', '2147483', '0.000001', '4503599627.37'.slice(0, 9)];
    expect(read(texts.join('\n'))).toEqual(texts.map(Number).sort((a, b) => a - b));
  });

  it.each([
    ['', 'f.txt:1: there is no measurement in it.'],
    ['# nothing\n', 'f.txt:1: there is no measurement in it.'],
    ['300\n\nfast\n', 'f.txt:3: the value "fast" is not a time.'],
    ['300\n0\n', 'f.txt:2: the value "0" must be more than 0.'],
    ['300\n-5\n', 'f.txt:2: the value "-5" is not a time.'],
    ['300\nNaN\n', 'f.txt:2: the value "NaN" is not a time.'],
  ])('%j is refused with its line', (text, message) => {
    expect(refusal((written, file) => parseSamples(inChunks(written), file), text)).toBe(message);
  });
});

describe('a histogram', () => {
  it('has a bound and a count a line', () => {
    expect(parseHistogram('10ms 5\n100ms,20\n1s 0\n', 'f.txt')).toEqual({
      kind: 'histogram',
      buckets: [
        { fromMs: 0, toMs: 10, count: 5 },
        { fromMs: 10, toMs: 100, count: 20 },
      ],
    });
  });

  it('counts beyond a million, also as Prometheus writes them', () => {
    const busy = 'x_bucket{le="0.1"} 4.210123e+06\nx_bucket{le="+Inf"} 9.007199e+15\n';
    expect(parseHistogram(busy, 'h').buckets.map(({ count }) => count)).toEqual([
      4_210_123,
      9_007_199_000_000_000 - 4_210_123,
    ]);
    expect(() => parseHistogram('100ms 9007199254740993', 'h')).toThrow(
      'h:1: the value "9007199254740993" is more than',
    );
    expect(() => parseHistogram('100ms 1.5', 'h')).toThrow('is not a whole number');
  });

  it('is read from the cumulative buckets of Prometheus, in seconds, with the sum of all and an open end', () => {
    const text = `# HELP hold_seconds
hold_seconds_bucket{le="0.05",job="api"} 10
hold_seconds_bucket{le="0.1",job="api"} 30.0
hold_seconds_bucket{le="+Inf",job="api"} 32
hold_seconds_sum{job="api"} 2.9
hold_seconds_count{job="api"} 32
`;
    expect(parseHistogram(text, 'f.txt')).toEqual({
      kind: 'histogram',
      buckets: [
        { fromMs: 0, toMs: 50, count: 10 },
        { fromMs: 50, toMs: 100, count: 20 },
        { fromMs: 100, toMs: Number.POSITIVE_INFINITY, count: 2 },
      ],
      sumMs: 2_900,
    });
  });

  it.each([
    ['', 'f.txt:1: there is no measurement in it.'],
    ['10ms 0\n', 'f.txt:1: there is no measurement in it.'],
    ['10ms\n', 'f.txt:1: "10ms" is not a bound and a count.'],
    ['10ms 5\n5ms 5\n', 'f.txt:2: the bound 5 ms is not above the one before, 10 ms.'],
    ['10ms some\n', 'f.txt:1: the value "some" is not a whole number.'],
    ['x_bucket{le="0.1"} 5\nx_bucket{le="0.2"} 4\n', 'f.txt:2: the cumulative count 4 is below the one before, 5.'],
  ])('%j is refused with its line', (text, message) => {
    expect(refusal(parseHistogram, text)).toBe(message);
  });
});

describe('a trace', () => {
  it('has the moment of one request a line, and starts at 0', () => {
    expect(parseTrace('5\n5\n7.5\n', 'f.txt')).toEqual([0, 0, 2.5]);
    expect(parseTrace('2026-01-31T09:00:00.000Z\n2026-01-31T09:00:00.125Z\n', 'f.txt')).toEqual([0, 125]);
  });

  it.each([
    ['', 'f.txt:1: there is no measurement in it.'],
    ['0\n10\n9\n', 'f.txt:3: "9" is before the line above it.'],
    ['0\nlater\n', 'f.txt:2: "later" is not a moment.'],
    ['2026-13-31T09:00:00Z\n', 'f.txt:1: "2026-13-31T09:00:00Z" is not a moment.'],
  ])('%j is refused with its line', (text, message) => {
    expect(refusal(parseTrace, text)).toBe(message);
  });
});
