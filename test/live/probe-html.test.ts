import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareProbes } from '../../src/probe/compare.ts';
import { renderComparisonHtml } from '../../src/views/html/comparison.ts';
import { renderProbeHtml } from '../../src/views/html/probe.ts';
import {
  type Browser,
  chromiumProgram,
  cutOffTexts,
  type Page,
  startChromium,
  widerThanThePage,
} from '../helpers/chromium.ts';
import { missing } from '../helpers/missing.ts';
import { probeResult, probeRun } from '../helpers/probe-result.ts';

const absent = await missing(chromiumProgram());

const hostile = `<img src=x onerror="document.title='taken'"></script><script>document.title='taken'</script>`;
const version = '0.1.0';
const pages: Readonly<Record<string, () => Promise<string>>> = {
  ramp: () =>
    renderProbeHtml(probeResult(), {
      version,
      warnings: [{ code: 'NOT_ENCRYPTED', message: 'Not encrypted.', hint: 'Add ?sslmode=require.' }],
    }),
  verify: () => renderProbeHtml(probeResult('verify'), { version, warnings: [] }),
  stall: () => renderProbeHtml(probeResult('stall'), { version, warnings: [] }),
  unpooled: () => renderProbeHtml(probeResult('compare-unpooled'), { version, warnings: [] }),
  comparison: () => {
    const probes = [
      { file: 'a.json', result: probeResult('load') },
      { file: 'b.json', result: probeResult('load', { runs: [probeRun({}, { waitMs: 40 })] }) },
    ] as const;
    return renderComparisonHtml(compareProbes(...probes), probes, { version });
  },
};

describe.skipIf(absent !== undefined)(`the HTML report in Chromium${absent ? ` (skipped: ${absent})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-html-'));
  const shots = process.env['KEEP_SCREENSHOTS'];
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(
    name: string,
    text: string,
    look: Parameters<Browser['open']>[1],
  ): Promise<Page & { url: string }> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, text);
    const url = pathToFileURL(file).href;
    return { ...(await browser.open(url, look)), url };
  }

  test.each(
    Object.keys(pages).flatMap((name) =>
      [360, 1280].flatMap((width) => [false, true].map((dark) => ({ name, width, dark }))),
    ),
  )('$name at $width px, dark $dark: no complaint, no request, all charts drawn, nothing cut off', async (look) => {
    const page = await open(look.name, (await pages[look.name]?.()) ?? '', look);
    const drawn = await page.evaluate<{ width: number; height: number }[]>(
      `[...document.querySelectorAll('figure > svg')].map((svg) => { const { width, height } = svg.getBBox(); return { width, height }; })`,
    );
    const png = await page.screenshot();
    if (shots) writeFileSync(join(shots, `${look.name}-${look.width}${look.dark ? '-dark' : ''}.png`), png);
    expect(png.length).toBeGreaterThan(5_000);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([page.url]);
    expect(drawn).toHaveLength({ ramp: 11, verify: 4, stall: 4, unpooled: 1, comparison: 3 }[look.name] ?? -1);
    for (const { width, height } of drawn) expect(Math.min(width, height)).toBeGreaterThan(200);
    expect(await page.evaluate(widerThanThePage)).toEqual([]);
    expect(await page.evaluate(cutOffTexts('figure > svg'))).toEqual([]);
    await page.close();
  });

  test('hostile names do nothing, and the result can still be read from it', async () => {
    const target = { ...probeResult().target, address: hostile, user: hostile };
    const workload = { ...probeResult().workload, name: hostile, description: hostile };
    const result = probeResult('ramp', { target, workload, runs: [probeRun({ label: hostile })] });
    const warnings = [{ code: 'NOT_ENCRYPTED', message: hostile, hint: hostile }] as const;
    const page = await open('hostile', await renderProbeHtml(result, { version: hostile, warnings }), {
      width: 1280,
    });
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([page.url]);
    expect(await page.evaluate(`document.title`)).toMatch(/^connectionLimit 16/);
    expect(await page.evaluate(`document.querySelectorAll('img, script').length`)).toBe(1);
    const json = `JSON.parse(document.getElementById('poolctl').textContent)`;
    expect(await page.evaluate(`${json}.result.workload.name`)).toBe(hostile);
    expect(await page.evaluate(`document.body.innerText.includes('<img src=x')`)).toBe(true);
    await page.close();
  });

  test('its policy stops what would get past the escaping', async () => {
    const text = await renderProbeHtml(probeResult('load'), { version, warnings: [] });
    const broken = text.replace(
      '<main>',
      `<main><script>document.title='taken'</script><img src="http://127.0.0.1:9/x">`,
    );
    const page = await open('broken', broken, { width: 1280 });
    expect(await page.evaluate(`document.title`)).not.toBe('taken');
    expect(page.complaints.join('\n')).toMatch(/Content Security Policy/);
    await page.close();
  });

  test('dark and light are told apart, and a print has no scrolling parts', async () => {
    const text = await renderProbeHtml(probeResult('load'), { version, warnings: [] });
    const ground = `getComputedStyle(document.body).backgroundColor`;
    const [light, dark, print] = [
      await open('light', text, { width: 1280 }),
      await open('dark', text, { width: 1280, dark: true }),
      await open('print', text, { width: 800, print: true }),
    ];
    expect(await light.evaluate(ground)).toBe('rgb(255, 255, 255)');
    expect(await dark.evaluate(ground)).toBe('rgb(13, 17, 23)');
    expect(await print.evaluate(`getComputedStyle(document.querySelector('.scroll')).overflowX`)).toBe('visible');
    for (const page of [light, dark, print]) await page.close();
  });
});
