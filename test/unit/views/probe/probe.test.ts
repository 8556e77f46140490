import { describe, expect, it } from 'vitest';
import { perSecond } from '../../../../src/base/units.ts';
import { differencesOfRuns } from '../../../../src/probe/analyse/differences.ts';
import type { ProbeMode, ProbeResult } from '../../../../src/probe/result.ts';
import { probeWarnings } from '../../../../src/probe/warnings.ts';
import { renderMarkdown } from '../../../../src/render/markdown.ts';
import { renderTerminal } from '../../../../src/render/terminal.ts';
import { intervalText } from '../../../../src/stats/interval-text.ts';
import { probeView } from '../../../../src/views/probe/probe.ts';
import { shardPlanView } from '../../../../src/views/probe/shard-plan.ts';
import { probeResult, probeRun, rampLevels } from '../../../helpers/probe-result.ts';
import { shardPlan } from '../../../helpers/shard-plan.ts';

const modes: readonly ProbeMode[] = ['ramp', 'load', 'verify', 'compare', 'compare-unpooled', 'stall'];
const shown = (result: ProbeResult) => renderTerminal(probeView(result), { color: false, columns: 80 });
const verdictOf = (result: ProbeResult) => probeView(result).verdict;
const row = (text: string, start: string) => text.split('\n').find((line) => line.trim().startsWith(start)) ?? '';

describe('the answer comes first', () => {
  it.each<[ProbeMode, string]>([
    ['ramp', 'connectionLimit 16   queueLimit 9   acquireTimeout 30000 ms'],
    ['load', '16/9/30 s: 200/s wanted, 200/s served, p95 111 ms'],
    ['verify', 'the prediction does not hold: 3 of 4 figures lie in the measured interval'],
    ['compare', '90/50/∞ waits less: mean 0.3 ms against 41 ms, p99 2 ms against 180 ms'],
    ['compare-unpooled', 'a pool serves 35.7 to 62.2 times as much as a new connection for each request'],
    ['stall', 'frozen for 5 s: 855 failed, 149 served late, back to normal 420 ms after it'],
  ])('of %s', (mode, headline) => {
    expect(probeView(probeResult(mode)).headline).toBe(headline);
  });

  it('of a probe of the transport alone, which recommends nothing', () => {
    const { ramp, recommendation, ...rest } = probeResult();
    const workload = { ...rest.workload, name: 'select1', transportOnly: true };
    const view = probeView({ ...rest, workload, runs: [probeRun()] });
    expect(view.headline).not.toContain('connectionLimit');
    expect(view.verdict?.answer).toBe('unknown');
    expect(view.verdict?.text).toContain('no size for other statements follows from it');
  });

  it('of a probe that got no further than the way to the server', () => {
    const { ramp, recommendation, ...rest } = probeResult('ramp', { runs: [], finished: 'interrupted' });
    expect(probeView(rest).headline).toBe('round trip 0.094 ms, a new connection 3.9 ms');
    const { transport, ...nothing } = rest;
    expect(probeView(nothing).headline).toBe('nothing was measured');
  });
});

describe('the verdict', () => {
  it('says first whether the rate that was asked for is served, and then what limits throughput', () => {
    const verdict = verdictOf(probeResult());
    expect(verdict).toMatchObject({
      answer: 'yes',
      text: '16 connections serve 200/s: p99 wait 28.8 ms ± 4.32 ms, p95 in all 111 ms, 0 % lost.',
    });
    expect(verdict?.details[0]).toBe(
      'Limited by the server: from 16 connections on, throughput stays at 268/s while the service time grows with the pool.',
    );
  });

  it('without a rate says what limited throughput, with the figures', () => {
    const { tps, ...load } = probeResult().load;
    expect(verdictOf(probeResult('ramp', { load }))).toMatchObject({
      answer: 'yes',
      text: 'limited by the server: from 16 connections on, throughput stays at 268/s while the service time grows with the pool.',
    });
  });

  it.each([
    ['poolctl itself', 'client', /^limited by poolctl itself: the loop was busy\.$/],
    ['the guard', 'slots', /^the loop was busy\.$/],
    ['the last size that was tried', 'none', /^the loop was busy\.$/],
  ] as const)('does not present a limit of %s as one of the server', (_, limitedBy, text) => {
    const { ramp } = probeResult();
    const { tps, ...load } = probeResult().load;
    const knee = { limitedBy, connectionLimit: 6, reason: 'the loop was busy' } as const;
    const verdict = verdictOf(probeResult('ramp', { load, ...(ramp && { ramp: { ...ramp, knee } }) }));
    expect(verdict?.answer).toBe('unknown');
    expect(verdict?.text).toMatch(text);
  });

  it('is yes where the rate is served, whatever the guard allowed of more', () => {
    const { ramp } = probeResult();
    const reason = 'The guard allows no more than 15 connections here.';
    const verdict = verdictOf(
      probeResult('ramp', { ...(ramp && { ramp: { ...ramp, knee: { limitedBy: 'slots', reason } } }) }),
    );
    expect(verdict?.answer).toBe('yes');
    expect(verdict?.text).not.toContain('limited');
    expect(verdict?.details[0]).toBe(reason);
  });

  it('marks an interrupted and a stopped probe before anything else', () => {
    expect(verdictOf(probeResult('ramp', { finished: 'interrupted' }))).toMatchObject({
      answer: 'unknown',
      text: expect.stringMatching(/^interrupted: what was measured until then\. 16 connections serve 200\/s/),
    });
    const stoppedBy = { guard: 'max-p99', message: 'p99 was 812 ms, above --max-p99 500ms' };
    expect(verdictOf(probeResult('load', { finished: 'stopped', stoppedBy }))?.text).toMatch(
      /^stopped by the guard \(max-p99\): p99 was 812 ms, above --max-p99 500ms\. /,
    );
  });

  it('is no where more was due than could be served, and where requests were lost', () => {
    const over = probeRun({ overCapacity: true, unsent: 4_000 });
    expect(verdictOf(probeResult('load', { runs: [over] }))?.answer).toBe('no');
    const lossy = probeRun({ failed: { 'queue-full': 600 } });
    expect(verdictOf(probeResult('load', { runs: [lossy] }))?.answer).toBe('no');
  });

  it('is none where poolctl itself stood still and did not send what was due', () => {
    const paused = probeRun({ overCapacity: true, unsent: 900, trustworthy: false });
    const lagMs = { ...paused.lagMs, p99: 2_400 };
    const result = probeResult('load', { runs: [{ ...paused, lagMs }] });
    expect(verdictOf(result)).toMatchObject({
      answer: 'unknown',
      text: expect.stringMatching(
        /poolctl itself stood still and did not send 900 requests in time \(p99 2.4 s late\)/,
      ),
    });
    expect(verdictOf(result)?.text).not.toContain('more was due');
    expect(probeWarnings(result).map(({ code }) => code)).not.toContain('OVER_CAPACITY');
    const drowned = { ...paused, lagMs, stillWaiting: 600, unfinished: 600 };
    expect(verdictOf(probeResult('load', { runs: [drowned] }))?.answer).toBe('no');
  });

  it('is no where less than nine tenths of what was due was served, with what still waits at the end', () => {
    const drowned = probeRun({
      ...{ requests: 4_000, completed: 210, unfinished: 3_790, stillWaiting: 3_788 },
      throughputPerSecond: { value: 10, low: 9, high: 11 },
    });
    expect(verdictOf(probeResult('load', { runs: [drowned] }))).toMatchObject({
      answer: 'no',
      text: expect.stringMatching(
        /^16 connections serve 10\/s of 200\/s: .*, 0 % lost, 94.7 % still waiting at the end\.$/,
      ),
    });
    const late = probeRun({ requests: 7_000, completed: 7_000, unfinished: 0, stillWaiting: 0 });
    expect(verdictOf(probeResult('load', { runs: [late] }))?.answer).toBe('no');
  });

  it('of a run that served nothing has no percentile, in no table either', () => {
    const { waitProbability, meanWaitMs, p99WaitMs, meanServiceMs, ...rest } = probeRun();
    const nothing = {
      ...rest,
      ...{ requests: 2_003, completed: 0, unfinished: 2_003, stillWaiting: 2_000, overCapacity: true },
      ...{ waitMs: { count: 0 }, serviceMs: { count: 0 }, totalMs: { count: 0 }, lagMs: { count: 0 } },
      throughputPerSecond: { value: 0, low: 0, high: 0 },
    };
    const result = probeResult('load', { runs: [nothing] });
    expect(probeView(result)).toMatchObject({
      headline: '16/9/30 s: 200/s wanted, 0/s served, p95 none',
      verdict: {
        answer: 'no',
        text: '16 connections serve 0/s of 200/s, and none of the 2003 requests that came in the run, 0 % lost, 99.9 % still waiting at the end.',
      },
    });
    const text = shown(result);
    expect(row(text, 'p95')).toMatch(/^ {2}p95 +none +none +none +none$/);
    expect(row(text, 'still waiting at the end  ')).toMatch(/2000$/);
    expect(row(text, 'not done at the end')).toMatch(/3$/);
    expect(text).not.toMatch(/\b0 ms/);
  });

  it('of two settings whose intervals overlap is that no difference is shown, and when one would be', () => {
    const runs = [probeRun({ pool: { connectionLimit: 10 } }), probeRun({ pool: { connectionLimit: 20 } })] as const;
    const view = probeView(probeResult('compare', { runs, comparison: differencesOfRuns(...runs) }));
    expect(view.headline).toBe('no difference shown between 10/∞/∞ and 20/∞/∞ in 60 s');
    expect(view.verdict).toMatchObject({
      answer: 'unknown',
      text: 'In the mean wait, one of 50 % would have shown. --duration 5m would show one of 20 %.',
    });
  });

  it('prefers the settings that lose less, whatever their waits', () => {
    const runs = [
      probeRun({ pool: { connectionLimit: 10, queueLimit: 0 }, failed: { 'queue-full': 1_200 } }, { waitMs: 0.1 }),
      probeRun({ pool: { connectionLimit: 10 } }, { waitMs: 90 }),
    ] as const;
    expect(probeView(probeResult('compare', { runs, comparison: differencesOfRuns(...runs) })).headline).toBe(
      '10/∞/∞ loses less: 0 % against 20 %, but waits longer: mean 50.6 ms against 0.0563 ms, p99 648 ms against 0.72 ms',
    );
  });
});

describe('the tables', () => {
  it.each(modes)('of %s fit 80 columns, hold no NaN and no undefined, and end with the clean-up', (mode) => {
    const text = shown(probeResult(mode));
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(row(text, 'sessions left')).toBe('  sessions left   0   verified on the server; of 134 opened, 0 cancelled');
  });

  it.each(modes)('of %s are the same in markdown', (mode) => {
    const text = renderMarkdown(probeView(probeResult(mode)));
    expect(text).toContain('### Clean-up');
    expect(text).not.toMatch(/NaN|undefined|\[object/);
  });

  it('put times that poolctl’s own delay spoils in parentheses, and say why', () => {
    const spoilt = probeRun({ label: '4000/s', trustworthy: false });
    const text = shown(probeResult('load', { runs: [spoilt] }));
    expect(row(text, 'p95')).toMatch(/^ {2}p95 +0\.141 ms +\(10\.3 ms\) +\(105 ms\) +\(111 ms\)$/);
    expect(text.replace(/\s+/g, ' ')).toContain('but poolctl itself was late (p99 0.252 ms)');
  });

  it('of two settings have their difference with its interval, and say what may be chance', () => {
    const text = shown(probeResult('compare'));
    expect(row(text, 'p99 wait ')).toMatch(/180 ms +2 ms +−178 ms +−190 ms to −166 ms$/);
    expect(row(text, 'lost ')).toMatch(/0 % +1 % +\+1 % +open: one round +may be chance$/);
  });

  it('of a ramp without a size to recommend say why, and what to give', () => {
    const { recommendation, ...rest } = probeResult('ramp');
    const noRecommendation = { reason: 'There is no knee in this range.', next: 'Give the rate with --tps.' };
    expect(shown({ ...rest, noRecommendation })).toMatch(
      /There is no knee in this range\.[\s\S]*Give the rate with --tps\./,
    );
  });

  it('of the ramp name who was at its limit, the knee, and what had not settled', () => {
    const text = shown(probeResult());
    expect(row(text, '16 ')).toMatch(/268\/s ± 13\.4\/s .* server ← knee$/);
    expect(row(text, '24 ')).toMatch(/server, not steady$/);
  });

  it('of failures have each class with the server’s own codes below', () => {
    const text = shown(probeResult('stall'));
    expect(row(text, 'gave up waiting')).toMatch(/212$/);
    expect(row(text, '57014')).toMatch(/3$/);
  });

  it('say so when the clean-up could not be seen, and what is left', () => {
    const cleanUp = {
      verified: false,
      sessionsOpened: 9,
      sessionsLeft: 2,
      cancelled: 7,
      objectsLeft: ['schema poolctl_probe_1f3a'],
    };
    const text = shown(probeResult('load', { cleanUp }));
    expect(row(text, 'sessions left')).toMatch(/2 +not verified/);
    expect(row(text, 'objects left')).toContain('schema poolctl_probe_1f3a');
  });

  it('leave out an interval that one round cannot have', () => {
    const { ramp } = probeResult();
    const levels = rampLevels.map((level) => ({
      ...level,
      throughputPerSecond: { value: level.throughputPerSecond.value, low: 0, high: Number.POSITIVE_INFINITY },
    }));
    const text = shown(probeResult('ramp', { ...(ramp && { ramp: { ...ramp, rounds: 1, levels } }) }));
    expect(row(text, '16 ')).toMatch(/^ +16 +268\/s +57 ms/);
  });
});

it.each([
  [{ value: 420, low: 408, high: 432 }, '420/s ± 12/s'],
  [{ value: 25, low: 0, high: 83 }, '25/s (0/s to 83/s)'],
  [{ value: 420, low: 0, high: Number.POSITIVE_INFINITY }, '420/s'],
  [{ value: 420, low: 420, high: 420 }, '420/s'],
])('writes the interval of %j as %s', (estimate, text) => {
  expect(intervalText(estimate, perSecond)).toBe(text);
});

it('draws throughput and p95 by connectionLimit, with knee and recommendation', () => {
  const text = shown(probeResult());
  expect(text.slice(text.indexOf('Throughput and p95'))).toMatchInlineSnapshot(`
    "Throughput and p95 service time by connectionLimit
         throughput                        p95
     1 │ █▉                       21.5/s   ███▎          71 ms
     2 │ ███▉                       44/s   ███▎          70 ms
     4 │ ███████▋                   86/s   ███▍          74 ms
     8 │ ██████████████▌           165/s   ███▊          82 ms
    12 │ ████████████████████▍     231/s   ████▍         96 ms
    16 │ ███████████████████████▋  268/s   █████▍       118 ms ← knee, recommended
    24 │ ████████████████████████  272/s   ████████▎    181 ms
    32 │ ███████████████████████▎  264/s   ████████████ 262 ms
    "
  `);
});

it('marks the frozen stretch in the charts of a stall', () => {
  const charts = probeView(probeResult('stall')).charts ?? [];
  expect(charts).toMatchObject([
    { title: 'served a second', mark: { from: 10, to: 15, label: 'frozen' } },
    { title: 'waiting at the end of the second', mark: { from: 10, to: 15 } },
  ]);
});

describe('a load of several instances', () => {
  const pool = { connectionLimit: 9, queueLimit: 9, acquireTimeoutMs: 30_000 };
  const result = probeResult('load', {
    runs: [probeRun({ label: '20 × 9/9/30 s', pool, instances: 20, wantedPerSecond: 1_200 })],
    split: {
      splitBy: 'random',
      instances: { waitProbability: 0.62, meanWaitMs: 50, p99WaitMs: 340, lostRatio: 0.001 },
      onePool: { waitProbability: 0.02, meanWaitMs: 0.3, p99WaitMs: 12, lostRatio: 0 },
    },
  });

  it('names the pools, never one of their sum, and says what they cost against it', () => {
    const { headline, verdict, tables = [] } = probeView(result);
    expect(headline).toBe('20 × 9/9/30 s: 1200/s wanted, 200/s served, p95 111 ms');
    expect(verdict?.text).toMatch(/^20 pools of 9 connections, 180 in all, serve 200\/s of 1200\/s/);
    expect(verdict?.details[0]).toBe(
      'By the model requests wait 50 ms on average in 20 pools of 9, and would wait 0.3 ms in one pool of 180.',
    );
    const split = tables.find(({ title }) => title?.startsWith('What a pool for each instance costs'));
    expect(split?.rows.map(([name, waited]) => [name, waited])).toEqual([
      ['measured, 20 pools of 9', '30 %'],
      ['the model of them', '62 %'],
      ['the model of one pool of 180', '2 %'],
    ]);
  });

  it('has tables of 80 columns', () => {
    expect(
      shown(result)
        .split('\n')
        .filter((line) => [...line].length > 80),
    ).toEqual([]);
  });

  it('has no sentence on waits that have no end', () => {
    const endless = { waitProbability: 1, lostRatio: 0 };
    const { split } = result;
    const details = split && verdictOf({ ...result, split: { ...split, instances: endless } })?.details;
    expect(details?.join(' ')).not.toContain('By the model');
  });
});

it('says of a plan for several processes that whole instances are dealt to them', () => {
  const plan = shardPlan();
  const steps = plan.steps.map((step) => ({ ...step, plan: { ...step.plan, instances: 5 } }));
  const load = { ...plan.load, tps: 40, instances: 5 };
  const view = shardPlanView({ plan: shardPlan({ steps, load }), guards: [], leftBefore: [] }, undefined);
  expect(view.verdict?.details[0]).toBe(
    '200 requests a second and the 5 instances that they go to, with a pool of their own each, are dealt among 3 shards.',
  );
});
