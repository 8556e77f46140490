import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderFleetHtml } from '../../src/views/fleet/page/page.ts';
import type { FleetResult } from '../../src/views/fleet/result.ts';
import { type Browser, chromiumProgram, cutOffTexts, startChromium, widerThanThePage } from '../helpers/chromium.ts';
import { atLeast, exactly, placeIn, serverAnswer, serviceAnswer } from '../helpers/fleet-answer.ts';
import { missing } from '../helpers/missing.ts';

const noChromium = await missing(chromiumProgram());

const share = (service: string, worst: number) => ({
  service,
  normal: exactly(Math.floor(worst / 2)),
  scaledOut: exactly(worst),
  worst: exactly(worst),
});
const services = ['web', 'worker', 'production-report-of-all-regions'];

const fleet: FleetResult = {
  servers: [
    serverAnswer({ name: 'over', worst: exactly(120), shares: services.map((name) => share(name, 40)) }),
    serverAnswer({ name: 'unknown', worst: atLeast(60), shares: services.map((name) => share(name, 20)) }),
    serverAnswer({ name: 'edge', counts: 'pooler clients', usable: 5_000, shares: [share('web', 60)] }),
  ],
  services: services.flatMap((name) => [
    serviceAnswer({ name, server: 'over' }),
    serviceAnswer({ name, server: 'unknown' }),
  ]),
  notes: [],
  allocation: {},
  findings: [
    {
      id: 'over',
      severity: 'error',
      server: 'over',
      text: 'Too many.',
      place: placeIn(`k8s/${'long-'.repeat(20)}.yaml`),
    },
  ],
};

describe.skipIf(noChromium !== undefined)(
  `the page of a fleet in Chromium${noChromium ? ` (skipped: ${noChromium})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-fleet-page-'));
    let browser: Browser;
    beforeAll(async () => {
      browser = await startChromium();
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(result: FleetResult, look: Parameters<Browser['open']>[1]) {
      const file = join(folder, 'fleet.html');
      writeFileSync(file, await renderFleetHtml(result, { version: '0.1.0' }));
      const { href: url } = pathToFileURL(file);
      return { page: await browser.open(url, look), url };
    }

    test.each([
      { width: 360, dark: true },
      { width: 1280, dark: false },
    ])(
      'at $width px, dark $dark: no complaint, no request, nothing cut off, letters as large as elsewhere',
      async (look) => {
        const { page, url } = await open(fleet, look);
        expect(page.complaints).toEqual([]);
        expect(page.requests).toEqual([url]);
        expect(await page.evaluate(widerThanThePage)).toEqual([]);
        expect(await page.evaluate(cutOffTexts('.picture'))).toEqual([]);
        expect(await page.evaluate(lowestLetters)).toBeGreaterThan(11);
        await page.close();
      },
    );

    test('the pieces of a bar stand side by side, and end where the worst minute does beside the limit', async () => {
      const { page } = await open(fleet, { width: 1280 });
      const [over] = await page.evaluate<{ pieces: [number, number][]; limit: number }[]>(places);
      const worst = over?.pieces.slice(3) ?? [];
      const start = worst[0]?.[0] ?? 0;
      const end = worst.at(-1)?.[1] ?? 0;
      for (const [index, [left]] of worst.entries()) expect(left).toBeCloseTo(worst[index - 1]?.[1] ?? start, 0);
      expect((end - start) / ((over?.limit ?? 0) - start)).toBeCloseTo(120 / 97, 1);
      await page.close();
    });

    test('a hostile name does nothing', async () => {
      const name = `<img src=x onerror="document.title='taken'"></script><script>document.title='taken'</script>`;
      const server = serverAnswer({ name, usableIs: name, shares: [share(name, 60)] });
      const finding = { id: 'x', severity: 'error', text: name, hint: name, place: placeIn(name) } as const;
      const hostile = {
        servers: [server],
        services: [serviceAnswer({ name, server: name })],
        findings: [finding],
        notes: [],
        allocation: {},
      };
      const { page, url } = await open(hostile, { width: 1280 });
      expect(page.complaints).toEqual([]);
      expect(page.requests).toEqual([url]);
      expect(await page.evaluate(`document.title`)).toMatch(/^Fits: <img/);
      expect(await page.evaluate(`document.querySelectorAll('img, script').length`)).toBe(1);
      await page.close();
    });
  },
);

/** The height of the smallest letters of the pictures, in px. */
const lowestLetters = `Math.min(...[...document.querySelectorAll('.picture text')].map((text) => text.getBoundingClientRect().height))`;

/** Of each picture, left and right of its pieces, and where the limit is. */
const places = `[...document.querySelectorAll('.picture')].map((picture) => ({
  pieces: [...picture.querySelectorAll('.piece')].map((piece) => {
    const { left, right } = piece.getBoundingClientRect();
    return [left, right];
  }),
  limit: picture.querySelector('.limit')?.getBoundingClientRect().left,
}))`;
