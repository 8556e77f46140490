import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chartMarkup } from '../../../../src/render/html/chart.ts';
import { embeddedJson, html } from '../../../../src/render/html/markup.ts';
import { linearScale, logScale, percentileScale, sizeScale } from '../../../../src/render/html/scale.ts';
import { renderProbeHtml } from '../../../../src/views/html/probe.ts';
import { rampCharts } from '../../../../src/views/html/ramp-charts.ts';
import { probeResult } from '../../../helpers/probe-result.ts';

const hostile = `<img src=x onerror=alert(1)>"'</script>&\u2028`;
const render = (changes = {}) => renderProbeHtml(probeResult('ramp', changes), { version: '0.1.0', warnings: [] });

describe('markup', () => {
  it('escapes every text, in content and in attributes, and takes markup as it is', () => {
    expect(html`<a title="${hostile}">${[hostile, html`<b>`]}</a>`.markup).not.toMatch(/<img|"'|<\/script/);
    expect(html`<a>${html`<b>${'<'}</b>`}${undefined}${1.005}</a>`.markup).toBe('<a><b>&lt;</b>1</a>');
  });

  it('embeds JSON that no tag can begin in, and that reads back as it was', () => {
    const { markup } = embeddedJson({ name: hostile, high: Number.POSITIVE_INFINITY });
    expect(markup).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(markup)).toEqual({ name: hostile });
  });
});

describe('the file', () => {
  it('asks for nothing: no link, no source, no script, and a policy that lets in its own style only', async () => {
    const page = await render();
    expect(page).not.toMatch(/\b(?:src|href|url\(|@import|on\w+)=?["'(]/);
    expect(page.match(/<script/g)).toHaveLength(1);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`style-src &#39;sha256-${hash}&#39;`);
  });

  it('has the result in it as JSON', async () => {
    const text = /<script type="application\/json" id="poolctl">([\s\S]*?)<\/script>/.exec(await render())?.[1] ?? '';
    expect(JSON.parse(text)).toMatchObject({ schema: 'poolctl.probe/3', result: { mode: 'ramp', seconds: 61.4 } });
  });

  it('escapes names of others wherever they come', async () => {
    const { target, workload, runs } = probeResult();
    const page = await render({
      target: { ...target, address: hostile, user: hostile, database: hostile, version: hostile },
      workload: { ...workload, name: hostile, description: hostile },
      runs: runs.map((run) => ({ ...run, label: hostile, failureLabels: { [hostile]: 1 }, unsent: 1 })),
    });
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(1);
  });

  it.each(['load', 'verify', 'compare', 'compare-unpooled', 'stall'] as const)(
    'of %s has no gap where a figure belongs',
    async (mode) => {
      const page = await renderProbeHtml(probeResult(mode), { version: '0.1.0', warnings: [] });
      expect(page.replace(/<script[\s\S]*/, '')).not.toMatch(/NaN|undefined|Infinity|\[object/);
    },
  );

  it('of a probe that measured nothing is still a page', async () => {
    const { ramp, recommendation, transport, ...rest } = probeResult('ramp', { runs: [], finished: 'interrupted' });
    const page = await renderProbeHtml(rest, { version: '0.1.0', warnings: [] });
    expect(page).toContain('<h1>nothing was measured</h1>');
    expect(page).not.toContain('<figure>');
  });
});

describe('a chart', () => {
  const { ramp, recommendation } = probeResult();
  const [throughput] = ramp && recommendation ? rampCharts(ramp, { recommendation }) : [];
  const svg = throughput ? chartMarkup(throughput).markup : '';

  it('has a title, a description and its figures as a table', () => {
    expect(svg).toMatch(/<title id="throughput-t">Throughput by pool size<\/title><desc id="throughput-d">/);
    expect(svg).toMatch(/<details><summary>Figures[\s\S]*<td class="n">268 \(255 to 281\)<\/td>/);
  });

  it('has a whisker for each interval, the fitted curve, and the knee pointed at', () => {
    expect(svg.match(/class="whisker c0"/g)).toHaveLength(8);
    expect(svg.match(/class="line c1"/g)).toHaveLength(2);
    expect(svg).toContain('knee, recommended 16');
  });
});

describe('a scale', () => {
  it('goes from 0 to a round step above the highest', () => {
    const { ticks, place } = linearScale([3, 272]);
    expect(ticks).toEqual([0, 100, 200, 300]);
    expect(place(150)).toBe(0.5);
    expect(linearScale([0, 0]).place(0)).toBe(0);
  });

  it('of logarithms keeps 0 on the edge', () => {
    const { place, ticks } = logScale([0, 1, 100]);
    expect([place(0), place(1), place(10), place(100)]).toEqual([0, 0, 0.5, 1]);
    expect(ticks).toEqual([1, 2, 5, 10, 20, 50, 100]);
  });

  it('of percentiles gives every nine the same width', () => {
    const { place } = percentileScale(0.999);
    expect(place(0.9)).toBeCloseTo(1 / 3);
    expect(place(0.99)).toBeCloseTo(2 / 3);
    expect(place(1)).toBeCloseTo(1);
  });

  it('of sizes has no tick on top of another', () => {
    expect(sizeScale([1, 62, 63, 64]).ticks).toEqual([1, 62]);
    expect(sizeScale([7]).place(7)).toBe(0.5);
  });
});
