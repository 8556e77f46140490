import { describe, expect, it } from 'vitest';
import { compareProbes } from '../../../src/probe/compare.ts';
import { mergeProbes } from '../../../src/probe/merge-probes.ts';
import type { ProbeResult } from '../../../src/probe/result.ts';
import { mainRun } from '../../../src/probe/runs.ts';
import { HdrHistogram } from '../../../src/stats/hdr/hdr-histogram.ts';
import { comparisonView } from '../../../src/views/probe/comparison.ts';
import { histogramOf, probeResult, probeRun } from '../../helpers/probe-result.ts';

const compare = (a: ProbeResult, b: ProbeResult) =>
  compareProbes({ file: 'a.json', result: a }, { file: 'b.json', result: b });
const load = (...args: Parameters<typeof probeRun>) => probeResult('load', { runs: [probeRun(...args)] });
const verdict = (comparison: ReturnType<typeof compare>, name: string) =>
  comparison.figures.find((figure) => figure.name === name)?.verdict;

describe('two runs', () => {
  it('differ only where the 95 % interval of the difference is apart from 0', () => {
    const comparison = compare(load({}, { waitMs: 40 }), load());
    expect(verdict(comparison, 'wait p99')).toBe('better');
    expect(verdict(comparison, 'served')).toBe('same');
    expect(verdict(compare(load(), load({}, { waitMs: 40 })), 'wait p99')).toBe('worse');
    expect(comparisonView(comparison)).toMatchObject({
      headline: 'b.json waits less: mean 2.25 ms against 22.5 ms, p99 28.8 ms against 288 ms',
      verdict: {
        answer: 'yes',
        text: 'mean wait −20.3 ms (−92.1 % to −86.2 %), p99 wait −259 ms (−91.9 % to −87.6 %): second less first, with 95 % intervals.',
      },
    });
  });

  it('that are the same run do not differ', () => {
    const comparison = compare(load(), load());
    expect(comparison.figures.filter(({ verdict: one }) => one === 'better' || one === 'worse')).toEqual([]);
    expect(comparisonView(comparison).headline).toBe('no difference shown between a.json and b.json in 60 s');
  });

  it('of which poolctl itself was late in one have no verdict', () => {
    expect(verdict(compare(load({ trustworthy: false }, { waitMs: 40 }), load()), 'wait p99')).toBe('unknown');
  });

  it('are not comparable when server, version, workload or arrivals differ, which is named', () => {
    const { target, load: arrivals } = probeResult('load');
    const other = probeResult('load', {
      target: { ...target, version: '16.1' },
      load: { ...arrivals, arrivals: 'paced' },
    });
    const comparison = compare(probeResult('load'), other);
    expect(comparison.comparable).toBe(false);
    expect(comparison.differences).toEqual([
      { what: 'version', values: ['15.18', '16.1'] },
      { what: 'arrivals', values: ['poisson', 'paced'] },
    ]);
    expect(comparisonView(comparison).verdict).toMatchObject({
      answer: 'unknown',
      text: 'not comparable as it stands: version, arrivals differ, and so may explain what changed.',
    });
  });

  it('of several instances and of one pool are comparable under the same load in all', () => {
    const { load: one } = probeResult('load');
    const instances = probeResult('load', {
      load: { ...one, tps: 50, instances: 4 },
      runs: [probeRun({ instances: 4, pool: { connectionLimit: 4 } }, { waitMs: 40 })],
    });
    const comparison = compare(probeResult('load', { load: { ...one, tps: 200 } }), instances);
    expect(comparison.differences).toEqual([]);
    expect(comparison.figures[0]).toMatchObject({ values: ['16/9/30 s', '4 × 4/∞/∞'] });
    expect(verdict(comparison, 'wait p99')).toBe('worse');
    const together = mergeProbes([instances, probeResult('load', { runs: [probeRun()] })]);
    expect(together?.runs).toEqual([]);
  });

  it('with ramps are compared size by size, and by what they recommend', () => {
    const comparison = compare(probeResult(), probeResult());
    expect(comparison.levels.map(({ connectionLimit }) => connectionLimit)).toEqual([1, 2, 4, 8, 12, 16, 24, 32]);
    expect(comparison.figures[0]).toMatchObject({ name: 'connectionLimit', change: 0 });
  });
});

it('takes the trustworthy open-loop run at the recommended size for the one that counts', () => {
  const at = (connectionLimit: number, changes = {}) => probeRun({ pool: { connectionLimit }, ...changes });
  const runs = [at(16, { trustworthy: false }), at(16, { loop: 'closed' }), at(24), at(14)];
  expect(mainRun(probeResult('ramp', { runs }))?.pool.connectionLimit).toBe(14);
});

describe('merged runs', () => {
  it('have the percentiles of all requests, not means of percentiles', () => {
    const merged = mergeProbes([load({}, { waitMs: 4 }), load({}, { waitMs: 40 })]);
    const all = histogramOf(4, 1, 6_000, 0.7);
    all.add(histogramOf(40, 1, 6_000, 0.7));
    const run = merged?.runs[0];
    expect(run?.waitMs.p99).toBe(all.valueAt(0.99) / 1_000);
    expect(HdrHistogram.decode(run?.histogramsUs.wait ?? '').buckets()).toEqual(all.buckets());
    expect(run).toMatchObject({ label: '200/s, 2 runs', requests: 12_006, completed: 12_000 });
    expect(run?.serviceBuckets.reduce((sum, { count }) => sum + count, 0)).toBe(12_000);
  });

  it('have intervals of the means of the runs', () => {
    const served = (value: number) => load({ throughputPerSecond: { value, low: value, high: value } });
    const run = mergeProbes([served(190), served(200), served(210)])?.runs[0];
    // t(0.975, 2) = 4.303; standard error 10 / sqrt(3).
    expect(run?.throughputPerSecond.value).toBeCloseTo(200);
    expect(run?.throughputPerSecond.high).toBeCloseTo(200 + (4.303 * 10) / Math.sqrt(3), 1);
  });

  it('leave out what only one of them has', () => {
    const merged = mergeProbes([load(), load({ pool: { connectionLimit: 17 } })]);
    expect(merged?.runs).toEqual([]);
  });
});
