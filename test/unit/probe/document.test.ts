import { describe, expect, it } from 'vitest';
import { parseProbe } from '../../../src/probe/document.ts';
import { loadOfProbe } from '../../../src/probe/measured-load.ts';
import type { ProbeMode, ProbeResult } from '../../../src/probe/result.ts';
import { probeView } from '../../../src/views/probe/probe.ts';
import { probeDocument, probeResult, probeRun } from '../../helpers/probe-result.ts';

/** A document of probe with another value at that path. */
function withAt(path: readonly (string | number)[], value: unknown): string {
  const document = JSON.parse(probeDocument(probeResult())) as Record<string | number, unknown>;
  let place = document;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[path.at(-1) ?? ''] = value;
  return JSON.stringify(document);
}

describe('a file of probe', () => {
  it.each<ProbeMode>(['ramp', 'load', 'verify', 'compare', 'compare-unpooled', 'stall'])(
    'of %s reads back as the result that was written',
    (mode) => {
      const result: ProbeResult = parseProbe(probeDocument(probeResult(mode)), 'probe.json').result;
      expect(result).toEqual(JSON.parse(JSON.stringify(probeResult(mode))));
    },
  );

  it('reads back what it says of a pooler, and shows it', () => {
    const pooler = {
      name: 'PgBouncer 1.18.0',
      address: 'pooler:6432',
      mode: 'transaction',
      settings: { maxClients: 100, poolSize: 5, queryWaitTimeoutMs: 120_000 },
      reach: { asked: 8, letIn: 8, atOnce: 5, refusal: { kind: 'pooler-full', label: '08P01', message: 'no more' } },
      met: { limit: 'pooler-connections', evidence: ['5 ran at once.'] },
      queues: [{ connectionLimit: 5, waitInPoolMs: 3, waitInPoolerMs: 0 }, { connectionLimit: 10 }],
    } as const;
    const written = probeDocument(probeResult('load', { pooler }));
    const result: ProbeResult = parseProbe(written, 'probe.json').result;
    expect(result.pooler).toEqual(pooler);
    const { verdict, tables = [] } = probeView(result);
    expect(verdict?.details).toContain("Limit met: the pooler's connections to the server. 5 ran at once.");
    const [through, queues] = tables.filter(({ title }) => /^Through|both queues/.test(title));
    expect(through?.title).toBe('Through PgBouncer 1.18.0 at pooler:6432, transaction mode');
    expect(queues?.rows[1]).toEqual(['10', 'without end', 'without end', 'without end']);
  });

  it('has bounds that do not exist as infinite again, left out or null', () => {
    for (const bounds of [{}, { low: null, high: null }]) {
      const text = withAt(['result', 'runs', 0, 'p99WaitMs'], { value: 3, ...bounds });
      const [run] = parseProbe(text, 'probe.json').result.runs;
      expect(run?.p99WaitMs).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    }
  });

  it('of the first schema reads as one of the present, in which the histograms name their unit', () => {
    const document = JSON.parse(probeDocument(probeResult()));
    const first = {
      ...document,
      schema: 'poolctl.probe/1',
      result: {
        ...document.result,
        runs: document.result.runs.map(({ histogramsUs, ...run }: Record<string, unknown>) => ({
          ...run,
          histograms: histogramsUs,
        })),
      },
    };
    const read = parseProbe(JSON.stringify(first), 'old.json');
    expect(read).toEqual(parseProbe(JSON.stringify(document), 'new.json'));
    expect(read.result.runs[0]).not.toHaveProperty('histograms');
    expect(() => parseProbe(JSON.stringify({ ...document, schema: 'poolctl.probe/1' }), 'mixed.json')).toThrow(
      'mixed.json: this is not a probe: result.runs.0.histograms is missing.',
    );
  });

  it('of the second schema has no times of 0 ms where nothing was served', () => {
    const document = JSON.parse(probeDocument(probeResult('load')));
    const zero = { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
    const none = { value: 0, low: 0, high: 0 };
    const [run] = document.result.runs;
    const [second] = run.series;
    const empty = {
      ...run,
      ...{ completed: 0, waitMs: zero, serviceMs: zero, totalMs: zero, lagMs: zero },
      ...{ waitProbability: none, meanWaitMs: none, p99WaitMs: none, meanServiceMs: none },
      series: [{ ...second, completed: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0 }, second],
    };
    const text = JSON.stringify({
      ...document,
      schema: 'poolctl.probe/2',
      result: { ...document.result, runs: [run, empty] },
    });
    const [full, read] = parseProbe(text, 'old.json').result.runs;
    expect(full).toEqual(run);
    expect(read).toMatchObject({ waitMs: { count: 0 }, serviceMs: { count: 0 }, totalMs: { count: 0 } });
    expect(read?.serviceMs).toEqual({ count: 0 });
    for (const name of ['waitProbability', 'meanWaitMs', 'p99WaitMs', 'meanServiceMs']) {
      expect(read).not.toHaveProperty(name);
    }
    expect(read?.series[0]).not.toHaveProperty('p95Ms');
    expect(read?.series[1]).toEqual(second);
  });

  it('keeps the instances that the advice is for', () => {
    const { load, recommendation } = probeResult();
    if (!recommendation) throw new Error('no advice');
    const changes = { load: { ...load, instances: 3 }, recommendation: { ...recommendation, instances: 3 } };
    const text = probeDocument(probeResult('ramp', changes));
    expect(parseProbe(text, 'x').result).toMatchObject({ load: { instances: 3 }, recommendation: { instances: 3 } });
    expect(loadOfProbe(text, 'x').load).toMatchObject({ isOfInstance: true, ratePerSecond: 200, instances: 3 });
  });

  it('has the instances that were loaded together, and is the load of one of them', () => {
    const { load } = probeResult('load');
    const wait = { waitProbability: 0.5, meanWaitMs: 20, p99WaitMs: 90, lostRatio: 0 };
    const split = { splitBy: 'random', instances: wait, onePool: { waitProbability: 0.1, lostRatio: 0 } } as const;
    const runs = [probeRun({ instances: 4 })];
    const opened = probeDocument(probeResult('load', { load: { ...load, tps: 50, instances: 4 }, runs, split }));
    expect(parseProbe(opened, 'x').result).toMatchObject({ split, runs: [{ instances: 4 }] });
    expect(loadOfProbe(opened, 'x').load).toMatchObject({ ratePerSecond: 50, instances: 4 });
    // A closed loop has no rate but what was served.
    const { tps, ...closed } = load;
    const [run] = runs;
    const { wantedPerSecond, ...rest } = run ?? probeRun();
    const changes = { load: { ...closed, instances: 4 }, runs: [{ ...rest, loop: 'closed' as const }] };
    const served = loadOfProbe(probeDocument(probeResult('load', changes)), 'x').load;
    expect(served).toMatchObject({ ratePerSecond: rest.throughputPerSecond.value / 4, instances: 4 });
  });

  it('keeps what a later version adds, and takes control characters out of names', () => {
    expect(parseProbe(withAt(['result', 'later'], [1]), 'x').result).toMatchObject({ later: [1] });
    const name = parseProbe(withAt(['result', 'workload', 'name'], 'a\u001b[2Jb'), 'x').result.workload.name;
    expect(name).toBe('a [2Jb');
  });

  it.each<[what: string, text: string, message: string]>([
    ['no JSON', 'TPS 150', 'probe.json: this is not JSON.'],
    ['a list', '[]', 'probe.json: this is not a probe: schema is missing.'],
    [
      'another document',
      withAt(['schema'], 'poolctl.size/1'),
      'probe.json: this is not a probe: schema is not what it should be.',
    ],
    [
      'a run without waits',
      withAt(['result', 'runs', 1, 'waitMs'], undefined),
      'probe.json: this is not a probe: result.runs.1.waitMs is missing.',
    ],
    [
      'a negative rate',
      withAt(['result', 'load', 'tps'], -1),
      'probe.json: this is not a probe: result.load.tps is not what it should be.',
    ],
    [
      'no size of pool',
      withAt(['result', 'runs', 0, 'pool', 'connectionLimit'], 0),
      'probe.json: this is not a probe: result.runs.0.pool.connectionLimit is not what it should be.',
    ],
    [
      'an unknown mode',
      withAt(['result', 'mode'], 'dream'),
      'probe.json: this is not a probe: result.mode is not what it should be.',
    ],
  ])('with %s is refused with its name and the place', (_, text, message) => {
    expect(() => parseProbe(text, 'probe.json')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message }));
  });
});

describe('the load of a probe', () => {
  const loadOf = (result: ProbeResult) => loadOfProbe(probeDocument(result), 'probe.json').load;

  it('is the rate that was wanted, with the service times of the run at the recommended size', () => {
    const result = probeResult();
    const [, recommended] = result.runs;
    expect(loadOf(result)).toEqual({
      ratePerSecond: 200,
      isOfInstance: true,
      meanMs: recommended?.meanServiceMs?.value,
      p95Ms: recommended?.serviceMs.p95,
      histogram: recommended?.serviceBuckets,
      heldBy: [],
      what: 'probe of 127.0.0.1:5432, orders.sql',
    });
  });

  it('without a rate and runs is what the recommended size served, and its mean by Little’s law', () => {
    const { load, ...rest } = probeResult('ramp', { runs: [] });
    const { tps, ...free } = load;
    const found = loadOf({ ...rest, load: free });
    expect(found.ratePerSecond).toBe(268);
    expect(found.meanMs).toBeCloseTo((1_000 * 16) / 268);
    expect(found.p95Ms).toBe(118);
  });

  it('is taken from a run in which poolctl itself was late only where there is no other, and says so', () => {
    const runs = [probeRun({ trustworthy: false })];
    expect(loadOf(probeResult('ramp', { runs })).histogram).toBeUndefined();
    const { load, warnings } = loadOfProbe(probeDocument(probeResult('load', { runs })), 'probe.json');
    expect(load.meanMs).toBe(runs[0]?.meanServiceMs?.value);
    expect(warnings.map(({ code }) => code)).toEqual(['LAG_SPOILS_PERCENTILES']);
  });

  it('says where the probe did not come to its end', () => {
    const stoppedBy = { guard: 'control-slow', message: 'It stood still.' };
    const text = probeDocument(probeResult('ramp', { finished: 'stopped', stoppedBy }));
    expect(loadOfProbe(text, 'probe.json').warnings).toMatchObject([
      { code: 'PROBE_CUT_SHORT', message: 'The probe was stopped before its end: It stood still.' },
    ]);
  });

  it('reads what the guards saw', () => {
    const guards = [
      { guard: 'replication-lag', status: 'blind', limit: '10 s', why: 'no', remedy: 'GRANT it' },
      { guard: 'max-p99', status: 'not asked' },
    ] as const;
    const changes = { guards, leftBefore: ['schema poolctl_probe_1f'], stoodStill: { times: 1, longestMs: 700 } };
    expect(parseProbe(probeDocument(probeResult('load', changes)), 'x').result).toMatchObject(changes);
  });

  it.each<[what: string, result: ProbeResult, why: RegExp]>([
    [
      'of the transport alone',
      probeResult('ramp', { workload: { ...probeResult().workload, name: 'select1', transportOnly: true } }),
      /select1 only shows how fast wire, driver and pool are/,
    ],
    [
      'that was interrupted before its first run',
      (({ ramp, recommendation, ...rest }) => ({ ...rest, load: { arrivals: 'poisson', seed: 1, threads: 1 } }))(
        probeResult('ramp', { runs: [] }),
      ),
      /it has no run under load/,
    ],
  ])('%s is refused', (_, result, why) => {
    expect(() => loadOf(result)).toThrow(
      expect.objectContaining({ code: 'INPUT_MISSING', message: expect.stringMatching(why) }),
    );
  });
});
