import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ShardResult } from '../../src/probe/shards/model.ts';
import { known } from '../helpers/known.ts';
import { probeDocument, probeResult } from '../helpers/probe-result.ts';
import { poolctl } from '../helpers/run.ts';
import { shardPlan, shardPlanFile } from '../helpers/shard-plan.ts';
import { dealtShards, rampShards, shardFile, shardResult } from '../helpers/shard-results.ts';
import { madeRequests, shardRunOf } from '../helpers/shard-runs.ts';

const root = mkdtempSync(join(tmpdir(), 'poolctl-report-shards-'));
let cwd = root;
let count = 0;
beforeEach(() => {
  cwd = join(root, String(count++));
  mkdirSync(cwd);
  for (const shard of shards) put(`shard-${shard.shard + 1}.json`, shardFile(shard));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const { shards } = dealtShards();
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
const putAgain = (name: string, at: number, changes: Partial<ShardResult>) =>
  put(name, shardFile({ ...known(shards[at]), ...changes }));
const all = 'shard-1.json shard-2.json shard-3.json';
const onLine = (text: string) => text.replace(/\s+/g, ' ');

describe('report --shards', () => {
  it('shows the shards of a plan as one probe on pools of their own, in any order', async () => {
    const { stdout, exitCode } = await poolctl(`report --shards ${all}`, { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^3 × 4\/7\/2 s: 200\/s wanted, 198\/s served/);
    expect(onLine(stdout)).toContain('3 pools of 4 connections, 12 in all, serve 200/s');
    expect(onLine(stdout)).toContain('in 3 pools of 4, and would wait');
    expect(stdout).toMatch(/2 of 3 +node-2 +1 × 4 +66\/s +0\.198 ms +\+1\.5 ±0\.2 ms +20 %/);
    expect((await poolctl('report --shards shard-3.json shard-1.json shard-2.json', { cwd })).stdout).toBe(stdout);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('writes a result that report, size and a comparison read, and that is never one pool of the sum', async () => {
    await poolctl(`report --shards ${all} --json -o merged.json`, { cwd });
    const { schema, result } = JSON.parse(read('merged.json'));
    expect(schema).toBe('poolctl.probe/3');
    expect(result.shards).toMatchObject({ plan: '1f3a9c00', hash: shardPlan().hash, of: 3 });
    const itself = await poolctl('report merged.json merged.json --merge', { cwd });
    expect(itself.stderr).toContain(`are the same run (${result.run})`);
    const [shown, again] = await Promise.all([
      poolctl(`report --shards ${all}`, { cwd }),
      poolctl('report merged.json', { cwd }),
    ]);
    expect(again.stdout).toBe(shown.stdout);
    const sized = await poolctl('size --from merged.json --json', { cwd });
    expect(JSON.parse(sized.stdout).result.load).toMatchObject({ instanceArrivalRatePerSecond: 200 });
    expect(JSON.parse(sized.stdout).warnings.map(({ code }: { code: string }) => code)).toContain('PROBE_DIFFERS');
    put('one.json', probeDocument(probeResult('load')));
    const compared = JSON.parse((await poolctl('report one.json merged.json --json', { cwd })).stdout).result;
    expect(compared.differences).toContainEqual({ what: 'shards', values: ['1', '3'] });
    expect(compared.figures[0].values).toEqual(['16/9/30 s', '3 × 4/7/2 s']);
  });

  it('writes markdown and HTML with the shards in them', async () => {
    const { stdout } = await poolctl(`report --shards ${all} --format markdown`, { cwd });
    expect(stdout).toMatch(/\| 2 of 3 \| node-2 \|/);
    await poolctl(`report --shards ${all} -o page.html`, { cwd });
    expect(read('page.html')).toMatch(/<td[^>]*>node-2<\/td>/);
    expect(read('page.html')).toContain('3 of 3, plan 1f3a9c00');
  });

  it('recommends for a ramp, in connections of all shards', async () => {
    for (const shard of rampShards()) put(`ramp-${shard.shard + 1}.json`, shardFile(shard));
    const { stdout } = await poolctl('report --shards ramp-1.json ramp-2.json ramp-3.json', { cwd });
    expect(stdout).toMatch(/^connectionLimit 12 /);
    expect(onLine(stdout)).toContain('need 4 connections each, 12 in all');
  });

  it('ends with 1 where the prediction of a verification did not come true', async () => {
    const verify = { kind: 'verify', pool: { connectionLimit: 12 }, source: 'size.json' } as const;
    for (const shard of shards)
      putAgain(`v-${shard.shard + 1}.json`, shard.shard, { plan: { ...shard.plan, question: verify } });
    const { stdout, exitCode } = await poolctl('report --shards v-1.json v-2.json v-3.json', { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^the prediction does not hold/);
    expect(onLine(stdout)).toContain('was tested is of these 3 pools: one pool of 12 connections waits less');
    const part = await poolctl('report --shards v-1.json v-2.json --allow-missing', { cwd });
    expect(part.exitCode).toBe(1);
    expect(part.stdout).toContain('The prediction was not tested: a part of the load is no evidence.');
  });

  it('says what ended shards that have measured nothing', async () => {
    const message = 'Another probe of poolctl is at work on this server.';
    for (const at of [0, 1, 2]) {
      const end = { finished: 'stopped', stoppedBy: { guard: 'error', message }, steps: [] } as const;
      const { startedAt: _, ...rest } = { ...known(shards[at]), ...end };
      put(`none-${at + 1}.json`, shardFile(rest));
    }
    const { stderr } = await poolctl('report --shards none-1.json none-2.json none-3.json', { cwd });
    expect(onLine(stderr)).toContain(`have measured nothing together: Shard 1 of 3: ${message}`);
    expect(onLine(stderr)).toContain('start all of its shards again');
  });

  it('names the shard that was late, and what the others measured', async () => {
    for (const shard of [0, 1, 2]) {
      const requests = madeRequests(shard, 600, { ratePerSecond: 60, lagMs: shard === 1 ? 80 : 0.05 });
      put(`late-${shard + 1}.json`, shardFile(shardResult(shard, [shardRunOf(requests, 10_000)])));
    }
    const { stdout } = await poolctl('report --shards late-1.json late-2.json late-3.json', { cwd });
    expect(stdout).toContain('With and without shard 2, which sent late');
    expect(onLine(stdout)).toMatch(/! Shard 2 sent requests up to \d+ ms late \(p99; node-2\)/);
  });

  it('puts together what there is with --allow-missing, and proves nothing by it', async () => {
    const { stdout, exitCode } = await poolctl('report --shards shard-1.json shard-3.json --allow-missing', { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\? 2 pools of 4 connections, 8 in all, serve/m);
    expect(onLine(stdout)).toContain('2 of 3 shards: the load of shard 2 is not in the figures.');
    expect(stdout).toMatch(/2 of 3 +no result/);
    await poolctl('report --shards shard-1.json shard-3.json --allow-missing --json -o part.json', { cwd });
    const { warnings, result } = JSON.parse((await poolctl('size --from part.json --json', { cwd })).stdout);
    expect(warnings.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['SHARDS_LEFT_OUT', 'PROBE_DIFFERS']),
    );
    expect(result.limitedBy).not.toBe('proved');
  });
});

describe('report --shards refuses', () => {
  it.each<[what: string, line: string, prepare: () => void, code: string, message: string]>([
    [
      'a shard that is missing',
      'report --shards shard-1.json shard-3.json',
      () => {},
      'SHARDS_MISSING',
      '1 shard of the 3 of plan 1f3a9c00 is missing: no file has shard 2.',
    ],
    [
      'one that was killed',
      `report --shards ${all}`,
      () => putAgain('shard-2.json', 1, { finished: 'running', steps: [] }),
      'SHARDS_MISSING',
      'shard-2.json (shard 2 of 3, on node-2) was begun and has no end',
    ],
    [
      'the same run twice',
      `report --shards ${all} copy.json`,
      () => putAgain('copy.json', 1, {}),
      'INPUT_CONTRADICTION',
      'shard-2.json and copy.json are the same run of shard 2 of 3.',
    ],
    [
      'two runs of one shard',
      `report --shards ${all} again.json`,
      () => putAgain('again.json', 1, { run: '0000beef' }),
      'INPUT_CONTRADICTION',
      'shard-2.json and again.json are two runs of shard 2 of 3: 000000a1 and 0000beef.',
    ],
    [
      'a shard of another plan',
      `report --shards ${all}`,
      () => put('shard-2.json', shardFile(shardResult(1, [], { plan: shardPlan({ id: '0badc0de' }) }))),
      'INPUT_CONTRADICTION',
      'shard-1.json and shard-2.json do not belong together: their plans are 1f3a9c00 (',
    ],
    [
      'a shard of another run of the plan',
      `report --shards ${all}`,
      () => putAgain('shard-3.json', 2, { startedAt: '2026-11-30T21:05:00.250Z' }),
      'INPUT_CONTRADICTION',
      'shard-1.json (shard 1 of 3) and shard-3.json (shard 3 of 3) were not run at the same time: the plan was run twice',
    ],
    [
      'the result of a probe',
      'report --shards shard-1.json probe.json',
      () => put('probe.json', probeDocument(probeResult('load'))),
      'INPUT_INVALID',
      'probe.json: this is the result of a whole probe, and no shard of one.',
    ],
    [
      'the plan',
      `report --shards ${all} plan.json`,
      () => put('plan.json', shardPlanFile(shardPlan())),
      'INPUT_INVALID',
      'plan.json: this is the plan of a sharded probe, and no result.',
    ],
    [
      'a file that is cut off',
      `report --shards ${all}`,
      () => put('shard-2.json', read('shard-2.json').slice(0, 900)),
      'INPUT_INVALID',
      'shard-2.json: this file is cut off before its end.',
    ],
    ['--merge beside it', `report --shards --merge ${all}`, () => {}, 'INPUT_CONTRADICTION', '--shards and --merge'],
    ['--allow-missing alone', `report ${all} --allow-missing`, () => {}, 'INPUT_CONTRADICTION', 'without --shards'],
    ['a shard without --shards', 'report shard-1.json', () => {}, 'INPUT_INVALID', 'this is the result of one shard'],
    ['a shard as a load', 'size --from shard-1.json', () => {}, 'INPUT_INVALID', 'this is the result of one shard'],
  ])('%s', async (_, line, prepare, code, message) => {
    prepare();
    const { stderr, stdout } = await poolctl(line, { cwd });
    expect(stderr).toContain(`error[${code}]: `);
    expect(onLine(stderr).toLowerCase()).toContain(message.toLowerCase());
    expect(stdout).toBe('');
  });
});

describe('report --merge', () => {
  it('takes repeats of a sharded load, which are named by their pools once', async () => {
    const later = (text: string) =>
      text.replaceAll('"run":"000000a', '"run":"000000b').replaceAll('2026-11-30T20:05', '2026-11-30T20:07');
    for (const at of [1, 2, 3]) put(`again-${at}.json`, later(read(`shard-${at}.json`)));
    await poolctl(`report --shards ${all} --json -o a.json`, { cwd });
    await poolctl('report --shards again-1.json again-2.json again-3.json --json -o b.json', { cwd });
    const { stdout, stderr } = await poolctl('report a.json b.json --merge', { cwd });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ {2}3 × 4\/7\/2 s, 2 runs +200\/s/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names --shards where the files are parts of one load', async () => {
    put('a.json', probeDocument(probeResult('load', { run: '0000000a' })));
    put('b.json', probeDocument(probeResult('load', { run: '0000000b' })));
    const { stderr } = await poolctl('report a.json b.json --merge', { cwd });
    expect(onLine(stderr)).toContain('a.json and b.json were measured at the same time');
    expect(onLine(stderr)).toContain('poolctl report --shards shard-*.json');
    expect((await poolctl('report a.json a.json --merge', { cwd })).stderr).toContain('the same run (0000000a)');
  });
});
