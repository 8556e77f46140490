import pg from 'pg';
import { test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { driverOf, loadTarget, never } from '../helpers/load-driver.ts';

const seconds = 1.2;
function loop(workers: number, one: (next: () => void) => void): Promise<number> {
  let count = 0; let over = false; let running = workers;
  const cpu = process.cpuUsage();
  return new Promise((resolve) => {
    const next = () => { count++; if (over) { if (--running === 0) { const u = process.cpuUsage(cpu); resolve((u.user + u.system) / count); } } else one(next); };
    setTimeout(() => { over = true; }, seconds * 1000);
    for (let i = 0; i < workers; i++) one(next);
  });
}
const median = (x: number[]) => [...x].sort((a, b) => a - b)[x.length >> 1] ?? 0;
describeWith('postgres', (server) => {
    test('bench', async () => {
      const { host, port, user, password, database } = server;
      const driver = await driverOf('postgres', server);
      const ours = driver.createPool(loadTarget('postgres', server), { connectionLimit: 8, connectTimeoutMs: 5000, acquireTimeoutMs: 5000, queueLimit: 100 });
      await ours.openAll(never);
      const st = { text: 'SELECT 1', prepared: true };
      const oursOne = (next: () => void) => ours.acquire((_e, c) => c?.run(st, [], () => { c.release(); next(); }));
      const pool = new pg.Pool({ host, port, user, password, database, max: 8, connectionTimeoutMillis: 5000 });
      const bareOne = (next: () => void) => pool.connect((_e, c) => c?.query({ name: 'x', text: 'SELECT 1', values: [] }, () => { c.release(); next(); }));
      for (const workers of [8, 32]) {
        await loop(workers, bareOne); await loop(workers, oursOne);
        const a: number[] = []; const b: number[] = [];
        for (let i = 0; i < 9; i++) { a.push(await loop(workers, bareOne)); b.push(await loop(workers, oursOne)); }
        console.log('us/req', workers, 'bare', median(a).toFixed(1), 'ours', median(b).toFixed(1), 'min', Math.min(...a).toFixed(1), Math.min(...b).toFixed(1));
      }
      await ours.end(100);
    }, 120_000);
});
