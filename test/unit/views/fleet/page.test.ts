import { describe, expect, it } from 'vitest';
import { coloursOf } from '../../../../src/views/fleet/page/colours.ts';
import { renderFleetHtml } from '../../../../src/views/fleet/page/page.ts';
import type { FleetResult } from '../../../../src/views/fleet/result.ts';
import { atLeast, exactly, serverAnswer, serviceAnswer } from '../../../helpers/fleet-answer.ts';

const share = (service: string, worst: number) => ({
  service,
  normal: exactly(worst / 2),
  scaledOut: exactly(worst),
  worst: exactly(worst),
});
const page = (given: Partial<FleetResult>) =>
  renderFleetHtml(
    { servers: [], services: [], findings: [], notes: [], allocation: {}, ...given },
    { version: '1.2.3' },
  );

describe('the page', () => {
  it('draws normal running and the worst minute of each server, a piece a service, and the limit', async () => {
    const server = serverAnswer({ name: 'db', worst: exactly(60), shares: [share('web', 40), share('worker', 20)] });
    const html = await page({ servers: [server] });
    expect(html.match(/<rect class="piece/g)).toHaveLength(4);
    expect(html).toContain('<title>web: 40</title>');
    expect(html).toContain('97 connections usable</text>');
  });

  it('hatches what is over the limit, and leaves the end open of what is not known', async () => {
    expect(await page({ servers: [serverAnswer({ name: 'db', worst: exactly(120) })] })).toContain(
      '23 too many</title>',
    );
    const open = await page({ servers: [serverAnswer({ name: 'db', worst: atLeast(50) })] });
    expect(open).toContain('class="open"');
    expect(open).toContain('worst minute ≥ 50');
  });

  it('says the figures to readers that do not see the picture', async () => {
    const server = serverAnswer({ name: 'db', worst: exactly(60), shares: [share('web', 60)] });
    const html = await page({ servers: [server], services: [serviceAnswer({ name: 'web', server: 'db' })] });
    expect(html).toContain(
      'db: normal 30, worst minute 60; 97 connections usable. The table below has the figures.</title>',
    );
    expect(html).toMatch(
      /<th scope="row">.*web<\/th><td class="n">4 to 5<\/td><td class="n">10<\/td><td class="n">30<\/td>/,
    );
  });

  it('takes names for text, whatever they hold, and lets no script run', async () => {
    const name = '</script><img src=x onerror=alert(1)>"\u202e';
    const html = await page({
      servers: [serverAnswer({ name, shares: [share(name, 60)] })],
      services: [serviceAnswer({ name, server: name })],
      findings: [{ id: 'x', severity: 'warning', text: name, hint: name }],
    });
    expect(html).not.toMatch(/<img|\u202e/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-`);
  });
});

describe('colours', () => {
  it('are those of a service on every server, and never twice on one', () => {
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    const servers = [names.slice(0, 5), names.slice(3), names].map((some, index) =>
      serverAnswer({ name: `pg-${index}`, shares: some.map((name, rank) => share(name, 90 - rank)) }),
    );
    const colours = coloursOf(servers);
    for (const { shares } of servers) {
      const given = shares.map(({ service }) => colours.get(service)).filter((colour) => colour !== undefined);
      expect(new Set(given).size).toBe(given.length);
    }
    expect(colours.size).toBe(6);
  });
});
