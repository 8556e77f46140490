import { describe, expect, it } from 'vitest';
import { parseArrivals, parseBurst, parseRetries, parseSurge, parseSweep } from '../../../src/cli/notation.ts';

it('reads bursts, retries, arrivals and sweeps', () => {
  expect(parseBurst('3x:200ms/1400ms', '--burst')).toEqual({ factor: 3, burstMs: 200, quietMs: 1_400 });
  expect(parseRetries('3:200ms', '--retries')).toEqual({ attempts: 3, pauseMs: 200 });
  expect(parseArrivals('batches:10', '--arrivals')(200)).toEqual({ kind: 'batches', ratePerSecond: 200, size: 10 });
  expect(parseSweep('connection-limit=10..13', '--sweep')).toEqual([10, 11, 12, 13]);
  expect(parseSweep('connection-limit=10..120/50', '--sweep')).toEqual([10, 60, 110, 120]);
  expect(parseSweep('connection-limit=1..1000', '--sweep')).toHaveLength(20);
});

it('reads a surge as Kubernetes does: a share with a percent sign or a point, a number of instances without', () => {
  expect(['25%', '100%', '0.5', '1.0'].map((text) => parseSurge(text, '--surge'))).toEqual(
    [0.25, 1, 0.5, 1].map((surgeRatio) => ({ surgeRatio })),
  );
  expect(['0', '1', '3'].map((text) => parseSurge(text, '--surge'))).toEqual(
    [0, 1, 3].map((surgeInstances) => ({ surgeInstances })),
  );
  for (const text of ['abc', '-1', '1e9']) expect(() => parseSurge(text, '--surge')).toThrow('is not a surge');
});

describe('a word that is none of these is refused with how to write it', () => {
  it.each([
    [() => parseBurst('1x:1s/1s', '--burst'), 'VALUE_INVALID'],
    [() => parseBurst('3x', '--burst'), 'VALUE_INVALID'],
    [() => parseRetries('3', '--retries'), 'VALUE_INVALID'],
    [() => parseArrivals('batches', '--arrivals'), 'VALUE_INVALID'],
    [() => parseArrivals('sometimes', '--arrivals'), 'VALUE_INVALID'],
    [() => parseSweep('connection-limit=20..10', '--sweep'), 'VALUE_INVALID'],
    [() => parseSweep('queue-limit=1..10', '--sweep'), 'VALUE_INVALID'],
    [() => parseSweep('connection-limit=1..1000/1', '--sweep'), 'VALUE_INVALID'],
  ])('%s', (parse, code) => {
    expect(parse).toThrow(expect.objectContaining({ code }));
  });
});
