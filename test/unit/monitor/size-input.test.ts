import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sizePool } from '../../../src/index.ts';
import { PoolObserver } from '../../../src/monitor/observer.ts';
import { sizeInputOf } from '../../../src/monitor/size-input.ts';
import { poolctl } from '../../helpers/run.ts';

/** A pool that was asked every 5 ms for a minute, and lent each connection for 20, 55 or 90 ms. */
function watchedPool() {
  let nowMs = 0;
  const observer = new PoolObserver({ now: () => nowMs });
  const due: { readonly atMs: number; readonly connection: object }[] = [];
  for (let count = 0; count < 12_000; count += 1) {
    nowMs = count * 5;
    for (const { connection } of due.filter(({ atMs }) => atMs === nowMs)) observer.released(connection);
    const connection = {};
    observer.asked().granted(connection);
    due.push({ atMs: nowMs + 20 + ((count * 7) % 21) * 5, connection });
    if (due.length > 30) due.shift();
  }
  nowMs = 60_000;
  return { name: 'orders', observer };
}

it('the load that a pool had is sized alike by the library, and from a file by `poolctl size --from`', async () => {
  const load = sizeInputOf(watchedPool());
  if (!load) throw new Error('nothing was measured');
  expect(load.workload.arrivalRatePerSecond).toBeCloseTo(200);
  expect(load.result.holdTime.meanMs.value).toBeCloseTo(55, 0);
  const byLibrary = sizePool(load);
  expect(byLibrary.load?.offeredLoad).toBeCloseTo(11, 0);
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-test-'));
  try {
    const file = join(folder, 'load.json');
    writeFileSync(file, JSON.stringify(load));
    const { exitCode, stdout } = await poolctl(['size', '--from', file, '--json']);
    expect(exitCode).toBe(0);
    const { result } = JSON.parse(stdout);
    const plain = JSON.parse(JSON.stringify(byLibrary));
    for (const key of ['connectionLimit', 'queueLimit', 'acquireTimeoutMs', 'load', 'outlook', 'limitedBy'] as const) {
      expect([key, result[key]]).toEqual([key, plain[key]]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('there is no load before a connection was given back', () => {
  const observer = new PoolObserver({ now: () => 0 });
  observer.asked().granted({});
  expect(sizeInputOf({ ...watchedPool(), observer })).toBeUndefined();
});
