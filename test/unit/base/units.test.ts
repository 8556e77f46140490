import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import {
  formatAtMost,
  formatBytes,
  formatDuration,
  formatNumber,
  formatRatio,
  parseBytes,
  parseCount,
  parseDurationMs,
  parseRatePerSecond,
  parseRatio,
} from '../../../src/base/units.ts';

const refused = (parse: (text: string, name: string) => number, text: string) => {
  try {
    return parse(text, '--flag');
  } catch (error) {
    expect(error).toBeInstanceOf(PoolctlError);
    return (error as PoolctlError).message;
  }
};

describe('times', () => {
  it.each([
    ['300', 300],
    ['300ms', 300],
    ['0.3s', 300],
    ['1.5s', 1_500],
    ['1m30s', 90_000],
    ['1min', 60_000],
    ['2h', 7_200_000],
    ['.5s', 500],
    ['250us', 0.25],
    ['1s500ms', 1_500],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDurationMs(text, '--p95')).toBe(ms);
  });

  it.each([
    '',
    '0',
    '0ms',
    '-5',
    'abc',
    '5 parsecs',
    'NaN',
    'Infinity',
    '1e3',
    '500ms1s',
    '1s2s',
    '30d',
    '1,5s',
    '0x10',
  ])('refuses "%s" with what it is and how to write a time', (text) => {
    expect(refused(parseDurationMs, text)).toMatch(
      /^--flag ".*" (is not a time|must be more than 0|is more than 24\.8 days)/,
    );
  });

  it('never reads a time that a timer cannot hold', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const ms = refused(parseDurationMs, text);
        return typeof ms === 'string' || (ms > 0 && ms <= 2 ** 31 - 1);
      }),
    );
  });
});

describe('rates', () => {
  it.each([
    ['200', 200],
    ['200/s', 200],
    ['12k/min', 200],
    ['1.5k', 1_500],
    ['3600/h', 1],
    ['2M/d', 2_000_000 / 86_400],
  ])('reads %s as %d a second', (text, rate) => {
    expect(parseRatePerSecond(text, '--tps')).toBeCloseTo(rate, 9);
  });

  it.each(['0', '-1', 'many', '200/fortnight', '1e99', '9999999999'])('refuses "%s"', (text) => {
    expect(refused(parseRatePerSecond, text)).toMatch(/is not a rate|must be more than 0|is more than 10\^9/);
  });
});

describe('shares', () => {
  it.each([
    ['50%', 0.5],
    ['0.5', 0.5],
    ['30 %', 0.3],
    ['0%', 0],
    ['150%', 1.5],
  ])('reads %s as %d', (text, ratio) => {
    expect(parseRatio(text, '--headroom')).toBe(ratio);
  });

  it('asks what a bare 50 means instead of guessing', () => {
    expect(refused(parseRatio, '50')).toBe('--flag "50" could mean 50% or 50 times.');
  });
});

it('reads whole numbers only where a count is meant', () => {
  expect(parseCount('3', '--instances')).toBe(3);
  expect(refused(parseCount, '3.5')).toMatch(/is not a whole number/);
  expect(refused(parseCount, '0')).toMatch(/must be at least 1/);
  expect(refused(parseCount, '1000001')).toMatch(/is more than 1000000/);
});

it('reads sizes with binary and decimal prefixes apart', () => {
  expect(parseBytes('2MiB', 'x')).toBe(2_097_152);
  expect(parseBytes('2MB', 'x')).toBe(2_000_000);
});

it('shows as many digits as a number deserves', () => {
  expect([60, 15.51, 0.0191, 12_500, 1_234, 1e-7, 1e-12, 0, -119].map(formatNumber)).toEqual([
    '60',
    '15.5',
    '0.0191',
    '12,500',
    '1234',
    '<0.0001',
    '0',
    '0',
    '−119',
  ]);
  expect([0.5, 300, 2_700, 30_000, 90_000, 300_000, 7_200_000].map(formatDuration)).toEqual([
    '0.5 ms',
    '300 ms',
    '2.7 s',
    '30 s',
    '90 s',
    '5 min',
    '2 h',
  ]);
  expect([0.5, 0.000191].map(formatRatio)).toEqual(['50 %', '0.0191 %']);
  expect([460_800, 135 * 2 ** 20, 1.32 * 2 ** 30].map(formatBytes)).toEqual(['450 KiB', '135 MiB', '1.32 GiB']);
});

it('never shows a bound higher than it is', () => {
  expect([166.67, 116.9, 0.339].map(formatAtMost)).toEqual(['166', '116', '0.33']);
});
