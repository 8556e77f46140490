import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Io } from '../../../src/base/io.ts';
import type { ReadOption } from '../../../src/cli/options.ts';
import { readFrom } from '../../../src/commands/size/from.ts';
import { probeDocument, probeResult } from '../../helpers/probe-result.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'poolctl-from-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const nothing = (() => undefined) as unknown as ReadOption;
const from = (text: string) => {
  writeFileSync(join(cwd, 'load.json'), text);
  const io = { env: {}, cwd } as unknown as Io;
  return readFrom({ value: 'load.json', source: '--from' }, new Map(), nothing, io);
};

it('hands over the settings that a probe proved, beside its load', async () => {
  const { load, proved } = await from(probeDocument(probeResult()));
  expect(load).toMatchObject({ value: { ratePerSecond: 200 }, source: '--from: probe of 127.0.0.1:5432, orders.sql' });
  expect(proved).toEqual({
    ...{ connectionLimit: 16, queueLimit: 9, acquireTimeoutMs: 30_000 },
    ...{ ratePerSecond: 200, isProved: true },
  });
});

it('hands over none of a measurement, which tested no settings', async () => {
  const result = {
    ...{ scope: 'app', windowSeconds: 60, ratePerSecond: { value: 50 } },
    ...{ holdTime: { meanMs: { value: 20 } }, heldBy: [] },
  };
  const found = await from(JSON.stringify({ schema: 'poolctl.measure/1', result }));
  expect(found.load.value.ratePerSecond).toBe(50);
  expect(found).not.toHaveProperty('proved');
});
