import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRecording, type Recording } from '../../../src/measurements/recording.ts';
import { instrument } from '../../../src/monitor/instrument.ts';
import { flightRecorder } from '../../../src/monitor/recording/flight-recorder.ts';
import type { Login, Protocol } from '../sessions.ts';
import { startAt } from './load.ts';
import { appPool, type Taken, warmUp } from './pools.ts';

/** Requests that hold a connection each for a time that the server sleeps, on a pool of this size. */
export interface PlainLoad {
  readonly protocol: Protocol;
  readonly login: Login;
  readonly limit: number;
  readonly timesMs: readonly number[];
  readonly holdsMs: readonly number[];
  readonly durationMs: number;
}

/** Runs it, and gives what the flight recorder saw. */
export async function runLoad(load: PlainLoad): Promise<Recording> {
  const { protocol, login, limit, timesMs, holdsMs, durationMs } = load;
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-load-'));
  const file = join(folder, 'recording.json');
  const pool = appPool(protocol, login, { limit });
  const recorder = flightRecorder();
  await warmUp(pool, limit);
  const monitor = instrument(pool.pool, { plugins: [recorder], onEvent: () => {} });
  const sleep = protocol === 'postgres' ? 'pg_sleep' : 'sleep';
  const request = async (holdMs: number) => {
    let taken: Taken | undefined;
    try {
      taken = await pool.take();
      await taken.query(`select ${sleep}(${holdMs / 1_000})`);
    } finally {
      taken?.release();
    }
  };
  try {
    await startAt(timesMs, durationMs, (index) => {
      request(holdsMs[index] ?? 0).catch(() => {});
    });
    await recorder.record(file);
    return parseRecording(readFileSync(file, 'utf8'), file);
  } finally {
    monitor.uninstrument();
    await pool.end();
    rmSync(folder, { recursive: true });
  }
}
