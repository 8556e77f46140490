import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureLoads } from '../../../src/fleet/measured-loads.ts';
import { readFleet } from '../../../src/fleet/read-fleet.ts';

const answers = fileURLToPath(new URL('answers/', import.meta.url));
let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'poolctl-fleet-demand-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** The fleet of one service whose load is as given, `FROM` being the folder of the answers. */
async function loaded(load: string) {
  writeFileSync(
    join(cwd, 'fleet.yaml'),
    `servers: {orders: {engine: postgres, maxConnections: 100}}
services:
  api:
    instances: {normal: 2, max: 4}
    pools: [{to: orders, connectionLimit: 10, load: ${load.replaceAll('FROM', answers)}}]
`,
  );
  const { model } = await readFleet([], cwd);
  return measureLoads(model, { cwd, env: {}, nowMs: 0 });
}
const scrapes = 'FROMmetrics-at-600.prom,FROMmetrics-at-660.prom?interval=60s';

describe('load: {from: …} of a fleet', () => {
  it('is the rate of all instances, each with as much as the scraped one, and the distribution of the hold times', async () => {
    const { model, findings } = await loaded(`{from: "${scrapes}"}`);
    const load = model.services[0]?.pools[0]?.load;
    expect(load?.workload).toMatchObject({
      scope: 'fleet',
      arrivalRatePerSecond: 120,
      measured: { kind: 'histogram' },
    });
    expect(load?.from).toBe('opentelemetry, pool orders, the 60 s');
    expect(findings).toEqual([]);
  });

  it('gives way to what is written beside it', async () => {
    const { model } = await loaded(`{from: "${scrapes}", totalTps: 90, mean: 20ms}`);
    expect(model.services[0]?.pools[0]?.load?.workload).toEqual({
      ...{ scope: 'fleet', arrivalRatePerSecond: 90, meanMs: 20 },
    });
  });

  it('is a finding where something speaks against the figures', async () => {
    const { findings } = await loaded('{from: "FROMweek/range-hourly-per-instance.json", mean: 45ms}');
    expect(findings).toMatchObject([{ id: 'demand-uneven', severity: 'warning', service: 'api', server: 'orders' }]);
  });

  it('without a hold time, or a file, is an error at its place', async () => {
    const failure = (load: string) =>
      loaded(load).then(
        () => 'it was accepted',
        (error: Error) => error.message,
      );
    expect(await failure('{from: "FROMweek/range-hourly.json"}')).toMatch(
      /^fleet\.yaml:5:\d+: prometheus, peak hour 2026-11-24 14:00 UTC tells the rate, and not how long a connection is held\.$/,
    );
    expect(await failure('{from: nowhere.json}')).toMatch(/^fleet\.yaml:5:\d+: Cannot read nowhere\.json\.$/);
  });
});
