import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../../src/traffic/random.ts';
import { describeOnce } from '../helpers/live.ts';
import { documentOf, type ProbeDocument, probe } from '../helpers/probe.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { dsn, ordinary } from '../helpers/sessions.ts';

/** Six in the suite. By hand, about seven minutes: POOLCTL_BENCH_FREEZES=40; POOLCTL_FUZZ_SEED=7 takes other moments. */
const runs = Number(process.env['POOLCTL_BENCH_FREEZES'] ?? 6);
const seed = Number(process.env['POOLCTL_FUZZ_SEED'] ?? 8) || 8;

const hold = ['--hold', '20ms', '--json'] as const;
const modes = {
  ramp: [...hold, '--sizes', '2,4,8', '--quick', '--duration', '8s'],
  load: [...hold, '--connection-limit', '8', '--concurrency', '8', '--duration', '4s'],
} as const;

describeOnce('a server that is frozen', () => {
  let server: OwnServer;

  let quietPerSecond = 0;

  beforeAll(async () => {
    server = await startOwn('postgres');
    const quiet = documentOf(await probe(dsn('postgres', ordinary(server)), modes.load));
    quietPerSecond = quiet.result.runs[0]?.throughputPerSecond.value ?? 0;
  });
  afterAll(() => server.stop());

  async function frozen(mode: keyof typeof modes, atMs: number, forMs: number): Promise<ProbeDocument> {
    const freezing = sleep(atMs).then(async () => {
      server.signal('SIGSTOP');
      await sleep(forMs);
      server.signal('SIGCONT');
    });
    const ran = await probe(dsn('postgres', ordinary(server)), modes[mode]);
    await freezing;
    return JSON.parse(ran.stdout);
  }

  test.each(freezes())('in a $mode for $forMs ms after $atMs ms is noticed, or changes nothing', async (freeze) => {
    const document = await frozen(freeze.mode, freeze.atMs, freeze.forMs);
    const { result, warnings, error } = document;
    // Before there was anything to measure.
    if (error) expect(['PROBE_STOPPED', 'SERVER_SILENT', 'CONNECTION_LOST']).toContain(error.code);
    const isNoticed =
      error !== undefined ||
      result.finished === 'stopped' ||
      warnings.some(({ code }) => code === 'SERVER_STOOD_STILL');
    expect(isNoticed || isUndisturbed(document, quietPerSecond)).toBe(true);
    if (result?.finished === 'stopped') expect(result.recommendation).toBeUndefined();
    await sleep(300);
  });
});

/** Twice the connections do twice as much; other work on the machine slows all sizes alike. A load is held against a quiet one. */
function isUndisturbed({ result: { ramp, runs: measured } }: ProbeDocument, quietPerSecond: number): boolean {
  if (!ramp) return (measured[0]?.throughputPerSecond.value ?? 0) > 0.88 * quietPerSecond;
  const rates = new Map(ramp.levels.map((level) => [level.connectionLimit, level.throughputPerSecond.value]));
  const [two = 0, four = 0, eight = 0] = [2, 4, 8].map((size) => rates.get(size));
  return [four / two, eight / four].every((ratio) => ratio > 1.6 && ratio < 2.4);
}

/** Every second one is short enough to be waited for; the longest are in the run by hand. */
function freezes(): { mode: keyof typeof modes; atMs: number; forMs: number }[] {
  const random = new RandomStream(seed, 0);
  const longest = runs > 6 ? 15_000 : 3_000;
  return Array.from({ length: runs }, (_, index) => {
    const forMs = index % 2 === 0 ? 700 + 800 * random.uniform() : 1_500 + (longest - 1_500) * random.uniform();
    return {
      mode: index % 3 === 2 ? 'load' : 'ramp',
      atMs: Math.round(300 + 4_000 * random.uniform()),
      forMs: Math.round(forMs),
    };
  });
}
