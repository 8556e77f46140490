import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseProbe } from '../../src/probe/document.ts';
import type { ProbeResult } from '../../src/probe/result.ts';
import { known } from '../helpers/known.ts';
import { describeWith } from '../helpers/live.ts';
import { type Place, urlOf } from '../helpers/probe.ts';
import { poolctl } from '../helpers/run.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';
import { ShardProcesses } from '../helpers/shard-processes.ts';

describeWith('postgres', (server) => {
  const protocol = protocolOf.postgres;
  let place: Place;
  let watcher: Session;
  let folder: string;
  beforeAll(async () => {
    watcher = await open(protocol, admin(server));
    place = { protocol, server, watcher };
  });
  afterAll(() => watcher.end());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'poolctl-merged-'));
    await settled(protocol, watcher, 0, server.user);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const planned = (flags: readonly string[]) =>
    ShardProcesses.plan(urlOf(place), folder, [...flags, '--warmup', '500ms'], { shards: 3 });

  /** What `report --shards` makes of the shards' files. */
  async function merged(): Promise<ProbeResult> {
    const line = 'report --shards shard-1.json shard-2.json shard-3.json --json';
    const { stdout, stderr, exitCode } = await poolctl(line, { cwd: folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return parseProbe(stdout, 'merged.json').result;
  }

  test('a load of three shards is one probe on three pools', async () => {
    const load = ['--hold', '20ms', '--tps', '150', '--connection-limit', '12', '--share', '50%', '--duration', '3s'];
    const shards = await planned(load);
    shards.start(0, 1, 2);
    await shards.ended();
    const result = await merged();
    const [run] = result.runs;
    const own = [0, 1, 2].flatMap((index) => shards.result(index).steps);
    expect(known(run)).toMatchObject({
      label: '3 × 4/∞/30 s',
      instances: 3,
      requests: own.reduce((sum, { run: { requests } }) => sum + requests, 0),
    });
    expect(result).toMatchObject({ finished: 'complete', shards: { plan: shards.plan.id, missing: [], leftOut: [] } });
    expect(known(result.shards).each.map(({ connections }) => connections)).toEqual([4, 4, 4]);
  });

  test('where one was stopped, the seconds that all have are put together', async () => {
    const shards = await planned([
      '--hold',
      '20ms',
      '--tps',
      '150',
      '--connection-limit',
      '12',
      '--share',
      '50%',
      '--duration',
      '30s',
    ]);
    shards.start(0, 1, 2);
    // They begin two seconds after the last one came.
    await sleep(7_000);
    shards.child(1).kill('SIGTERM');
    await shards.ended();
    const result = await merged();
    expect(result.finished).toBe('interrupted');
    expect(known(result.shards).cutToMs).toBeGreaterThanOrEqual(1_000);
    expect(known(result.runs[0]).measuredMs).toBe(known(result.shards).cutToMs);
  });
});
