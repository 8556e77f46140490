import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parseRecording } from '../../../../src/measurements/recording.ts';
import { flightRecorder } from '../../../../src/monitor/recording/flight-recorder.ts';
import type { FlightRecorderOptions } from '../../../../src/monitor/recording/options.ts';
import { stillPool } from '../../../helpers/recorded-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-recorder-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('record()', () => {
  it('writes the last minutes to one file that only its user may read, and leaves no other', async () => {
    const { pool, acquire } = stillPool();
    const recorder = flightRecorder();
    const stop = recorder(pool);
    acquire(3, 4);
    const file = join(folder, 'own', 'a.json');
    await expect(recorder.record(file)).rejects.toThrow(/ENOENT/);
    const there = join(folder, 'a.json');
    await recorder.record(there);
    stop();
    expect(parseRecording(readFileSync(there, 'utf8'), there)).toMatchObject({
      reason: 'asked',
      pool: { name: 'db.example:5432/orders', library: 'pg' },
      acquires: [{ waitMs: 3, useMs: 4 }],
    });
    expect(statSync(there).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('says which pools there are where it is not told one of them', async () => {
    const recorder = flightRecorder();
    await expect(recorder.record('a.json')).rejects.toThrow('Which pool? No pool is recorded.');
    const first = stillPool().pool;
    recorder(first);
    recorder({ ...stillPool().pool, name: 'other' });
    await expect(recorder.record('a.json')).rejects.toThrow(`Which pool? Recorded are: ${first.name}, other.`);
    await expect(recorder.record('a.json', 'third')).rejects.toThrow('There is no pool "third".');
  });
});

describe('of itself', () => {
  const saturated = (options: FlightRecorderOptions) => {
    const still = stillPool();
    const found: string[] = [];
    const settings = { saturatedAfterMs: 1, tailMs: 0, pauseMs: 0, onFile: (path: string) => found.push(path) };
    const recorder = flightRecorder({ ...settings, ...options });
    recorder(still.pool);
    still.observer.asked();
    const second = () => {
      still.clock.ms += 1_000;
      still.observer.sampled(still.pool.sizes());
    };
    return { second, found };
  };

  it('it writes a file named after the pool when it saturates, and keeps as many as it may', async () => {
    const own = join(folder, 'recordings');
    const { second, found } = saturated({ folder: own, files: 2 });
    for (let turn = 1; turn <= 3; turn += 1) {
      second();
      await vi.waitFor(() => expect(found).toHaveLength(turn));
    }
    expect(readdirSync(own)).toEqual(found.slice(1).map((path) => path.slice(own.length + 1)));
    expect(found[0]).toMatch(/poolctl-db\.example-5432-orders-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z\.json$/);
    expect(JSON.parse(readFileSync(found[2] ?? '', 'utf8')).result.reason).toBe('saturated');
  });

  it('it tells when it cannot write, and throws nothing', async () => {
    writeFileSync(join(folder, 'taken'), '');
    const errors: Error[] = [];
    const { second } = saturated({ folder: join(folder, 'taken'), onError: (error) => errors.push(error) });
    second();
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    expect(errors[0]?.message).toMatch(/EEXIST|ENOTDIR/);
  });

  it('it writes nothing without a folder', () => {
    const { second, found } = saturated({});
    second();
    second();
    expect(found).toEqual([]);
  });
});

it.each([
  [{ tailMs: -1 }, 'tailMs is -1; it must be a number from 0 to 600000.'],
  [{ files: 1.5 }, 'files is 1.5; it must be a whole number from 1 to 1000.'],
  [{ acquires: 0 }, 'acquires is 0; it must be a whole number from 1 to 4194304.'],
  [{ spanMs: Number.NaN }, 'spanMs is NaN; it must be a number from 1000 to 900000.'],
])('refuses %j', (options, message) => {
  expect(() => flightRecorder(options)).toThrow(message);
});
