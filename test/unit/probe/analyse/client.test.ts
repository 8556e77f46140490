import { describe, expect, it } from 'vitest';
import { clientLimit, isTrustworthy } from '../../../../src/probe/analyse/client.ts';

const use = (eventLoopUtilization: number, cpuPerSecond: number, threads = 1) => ({
  eventLoopUtilization,
  cpuPerSecond,
  threads,
});

describe('who was at its limit', () => {
  // The table of probe.md 2.3, with the verdicts that were confirmed there.
  it.each([
    ['pg point select, pool 8', use(0.97, 0.6), 'client'],
    ['pg point select, pool 48', use(1, 0.78), 'client'],
    ['CPU-heavy query, pool 32', use(0.79, 0.15), 'host'],
    ['CPU-heavy query, pool 2', use(0.26, 0.27), undefined],
    ['CPU-heavy query, pool 4', use(0.35, 0.32), undefined],
    ['pg, 1 connection', use(0.44, 0.51), undefined],
    ['5 ms sleep, pool 16', use(0.42, 0.41), undefined],
  ])('at %s', (_, seen, verdict) => {
    expect(clientLimit(seen, true)).toBe(verdict);
  });

  it('is never the host where the server has one of its own', () => {
    expect(clientLimit(use(0.79, 0.15), false)).toBeUndefined();
  });

  it('counts the processor of each thread', () => {
    expect(clientLimit(use(0.97, 1.4, 2), false)).toBe('client');
    expect(clientLimit(use(0.97, 0.8, 2), false)).toBeUndefined();
  });
});

describe('percentiles', () => {
  it.each([
    [0.9, 2, true],
    [1.1, 2, false],
    [9, 100, true],
    [11, 100, false],
  ])('are trustworthy with a lag of %d ms beside a p99 of %d ms: %s', (lag, told, is) => {
    expect(isTrustworthy(lag, told)).toBe(is);
  });
});
