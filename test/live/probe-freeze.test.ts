import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnce } from '../helpers/live.ts';
import { documentOf, type ProbeDocument, probe } from '../helpers/probe.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { dsn, ordinary } from '../helpers/sessions.ts';

/** Runs of POOLCTL_BENCH_FREEZES, or the six of the suite. A number is a run of its own moments. */
const runs = Number(process.env['POOLCTL_BENCH_FREEZES'] ?? 6);
const ramp = ['--hold', '20ms', '--sizes', '2,4,8', '--quick', '--duration', '8s', '--json'] as const;
/** Between pools of 4 and 8: what twice the connections do, when nothing disturbs. */
const twice = { least: 1.6, most: 2.4 };

describeOnce('a server that is frozen during a ramp', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await startOwn('postgres');
  });
  afterAll(() => server.stop());

  async function frozen(atMs: number, forMs: number): Promise<ProbeDocument> {
    const url = dsn('postgres', ordinary(server));
    let isFrozen = false;
    const freezing = sleep(atMs).then(async () => {
      isFrozen = true;
      server.signal('SIGSTOP');
      await sleep(forMs);
      server.signal('SIGCONT');
    });
    const ran = await probe(url, ramp);
    await freezing;
    expect(isFrozen).toBe(true);
    return documentOf(ran);
  }

  test.each(moments(runs))('for $forMs ms after $atMs ms is noticed, or changes nothing', async ({ atMs, forMs }) => {
    const { result, warnings, error } = await frozen(atMs, forMs);
    const rates = new Map(
      result?.ramp?.levels.map((level) => [level.connectionLimit, level.throughputPerSecond.value]),
    );
    const ratio = (rates.get(8) ?? 0) / (rates.get(4) ?? 1);
    const isNoticed =
      error !== undefined ||
      result.finished === 'stopped' ||
      warnings.some(({ code }) => code === 'SERVER_STOOD_STILL');
    // Before there was anything to measure.
    if (error) expect(['PROBE_STOPPED', 'SERVER_SILENT', 'CONNECTION_LOST']).toContain(error.code);
    const isHarmless = ratio >= twice.least && ratio <= twice.most;
    expect({ isNoticed, isHarmless, ratio }).not.toMatchObject({ isNoticed: false, isHarmless: false });
    if (result?.finished === 'stopped') expect(result.recommendation).toBeUndefined();
    await sleep(300);
  });
});

/** Lengths of 1 to 15 s at moments in the whole probe, the same each time. */
function moments(count: number): { atMs: number; forMs: number }[] {
  const lengths = [1_000, 2_500, 1_300, 9_000, 700, 4_000, 1_700, 6_000, 15_000, 2_000];
  const inSuite = lengths.slice(0, 3).concat(4_000, 700, 2_500);
  return Array.from({ length: count }, (_, index) => ({
    atMs: 500 + ((index * 1_237 + 611) % 3_800),
    forMs: (count > 6 ? lengths : inSuite)[index % (count > 6 ? lengths.length : inSuite.length)] ?? 1_000,
  }));
}
