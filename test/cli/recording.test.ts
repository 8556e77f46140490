import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Cause } from '../../src/diagnose/diagnosis.ts';
import { madeLoad } from '../helpers/made-causes.ts';
import { madeRecording } from '../helpers/made-recording.ts';
import { documentOf } from '../helpers/recording-document.ts';
import { poolctl } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-recording-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (cause: Cause, seed: number): string => {
  const file = join(folder, `${cause}-${seed}.json`);
  writeFileSync(file, documentOf(madeRecording(madeLoad(cause, seed))));
  return file;
};
const json = async (line: readonly string[]) => JSON.parse((await poolctl([...line, '--json'])).stdout);

describe('poolctl report recording.json', () => {
  const leak = written('leak', 103);

  it('says the cause first, then the evidence, what to do, and where in the code', async () => {
    const { stdout, stderr, exitCode } = await poolctl(['report', leak]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^made: Connections leak: they are taken and never returned\n✗ \d+ requests waited between/);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toMatch(/\d+ connections of \d+ never came back/);
    expect(text).toContain('Return each connection in a `finally`');
    expect(text).toMatch(/src\/orders\.ts:12 \d+ leaked/);
    expect(stdout).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is the same for programs, in Markdown, and as one HTML file', async () => {
    expect(await json(['report', leak])).toMatchObject({
      schema: 'poolctl.diagnosis/1',
      result: { answer: 'cause', cause: 'leak', pool: { name: 'made' }, waits: { asked: expect.any(Number) } },
    });
    expect((await poolctl(['report', leak, '--format', 'markdown'])).stdout).toMatch(/^\*\*made: Connections leak/);
    const page = join(folder, 'report.html');
    await poolctl(['report', leak, '-o', page]);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<h1>made: Connections leak');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('refuses a second file, and a damaged one, each in a sentence', async () => {
    const two = await poolctl(['report', leak, leak]);
    expect([two.exitCode, two.stderr]).toEqual([
      2,
      expect.stringContaining('is a recording, which is reported alone.'),
    ]);
    const damaged = join(folder, 'damaged.json');
    writeFileSync(damaged, readFileSync(leak, 'utf8').slice(0, 500));
    const bad = await poolctl(['report', damaged]);
    expect([bad.exitCode, bad.stderr]).toEqual([2, expect.stringContaining('damaged.json: this is not JSON.')]);
  });
});

describe('poolctl simulate --trace recording.json', () => {
  const small = written('too-small', 103);

  it('replays the load with the pool that was recorded, and with another', async () => {
    const { pools, load } = (await json(['simulate', '--trace', small, '--vs', '90/50/30s'])).result;
    expect(load).toMatch(/^\d+ requests as recorded, each with its own hold .*p99/);
    expect(pools.map(({ settings }: { settings: { connections: number } }) => settings.connections)).toEqual([
      madeLoad('too-small', 103).limit,
      90,
    ]);
    const [before, after] = pools.map((pool: { figures: { p99WaitMs: object } }) => pool.figures.p99WaitMs);
    expect(before.low).toBeLessThan(before.mean);
    expect(before.high).toBeGreaterThan(before.mean);
    expect(after.mean).toBe(0);
  });

  it('warns where the holds would not be the same with another pool', async () => {
    const slow = written('slow-database', 103);
    const { warnings } = await json(['simulate', '--trace', slow, '--connection-limit', '50']);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'REPLAY_KEEPS_HOLDS',
        message: expect.stringContaining('the database was slow'),
      }),
    ]);
  });

  it.each([
    ['--tps', '5'],
    ['--instances', '2'],
    ['--arrivals', 'paced'],
  ])('refuses %s %s beside it', async (...flags) => {
    const { exitCode, stderr } = await poolctl(['simulate', '--trace', small, ...flags]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(`--trace with a recording and ${flags[0]} cannot both be given.`),
    ]);
  });
});

describe('poolctl size --from recording.json', () => {
  it('sizes by the rate and the holds that were recorded', async () => {
    const { connectionLimit } = (await json(['size', '--from', written('too-small', 103), '--method', 'model'])).result;
    expect(connectionLimit).toBeGreaterThan(madeLoad('too-small', 103).limit);
  });

  it('warns where the holds are not those of the work', async () => {
    const { warnings } = await json(['size', '--from', written('slow-database', 103)]);
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('REPLAY_KEEPS_HOLDS');
  });
});
