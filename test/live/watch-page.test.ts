import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exposition } from '../../src/serve/exposition.ts';
import { servedMetrics } from '../../src/serve/metric-names.ts';
import { servedFamilies } from '../../src/serve/metrics.ts';
import type { TargetState, WatchState } from '../../src/watch/state.ts';
import { type Browser, chromiumProgram, type Page, startChromium } from '../helpers/chromium.ts';
import { missing } from '../helpers/missing.ts';
import { promtool, promtoolProgram } from '../helpers/promtool.ts';
import { MadeWatching } from '../helpers/watch-source.ts';
import {
  capacityOf,
  group,
  lostTarget,
  ordinaryGroups,
  poolerLook,
  poolerPool,
  poorLook,
  raisedAlarm,
  seenAtMs,
  targetLook,
  targetState,
  unseenTarget,
  watchState,
} from '../helpers/watch-state.ts';

/** Why a program cannot be had; CI skips nothing. */
const [noChromium, noPromtool] = [await missing(chromiumProgram()), await missing(promtoolProgram())];
const skipped = (reason: string | undefined) => (reason ? ` (skipped: ${reason})` : '');

/** Deque's rules for pages, as a script. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

/** One of each kind: busy, idle, a pooler with a queue, one that shows little, lost, full, never seen. */
function everything(): TargetState[] {
  const busy = targetLook({
    idleInTransaction: { sessions: 4, oldestSeconds: 95 },
    transactions: [
      { seconds: 412, user: 'report', application: 'report', database: 'orders', state: 'idle in transaction' },
      { seconds: 3, user: 'app', application: 'orders-api', database: 'orders', state: 'active' },
    ],
    lockWaiters: 2,
    refusedTotal: 17,
    highWater: { connections: 26 },
  });
  return [
    targetState({
      look: busy,
      labels: { team: 'orders', env: 'production' },
      alarms: [
        raisedAlarm(),
        raisedAlarm({ alarm: 'tx-age', text: 'a transaction of report (report) is open for 412 s' }),
      ],
      growth: { perMinute: 0.8, seconds: 120, fullInSeconds: 370 },
      rates: { seconds: 60, openedPerSecond: 0.4, transactionsPerSecond: 312, refused: 3 },
      notices: [{ code: 'restarted', atMs: seenAtMs - 300_000, text: 'the server was restarted' }],
      marks: {
        highWater: { connections: 25, atMs: seenAtMs - 40_000, by: [group('orders-api', 19)] },
        beforeRestart: { connections: 27, atMs: seenAtMs - 4_000_000, by: [] },
      },
    }),
    targetState({
      name: 'orders through PgBouncer',
      look: poolerLook({
        pools: [poolerPool({ clientsWaiting: 6, maxWaitSeconds: 6.5 }), poolerPool({ user: 'report' })],
      }),
      alarms: [
        raisedAlarm({ alarm: 'max-wait', severity: 'crit', text: 'the first in the queue has waited for 6.5 s' }),
      ],
    }),
    targetState({ name: 'archive', look: poorLook({ kind: 'mariadb', version: '10.11.6', isReplica: true }) }),
    lostTarget('lost', {
      alarms: [raisedAlarm({ alarm: 'unreachable', severity: 'crit', text: 'no answer for 12 s' })],
    }),
    targetState({
      name: 'full',
      look: targetLook({ capacity: capacityOf(25, 3) }),
      door: 'reserved slot',
      alarms: [raisedAlarm({ severity: 'crit', text: '22 of 22 usable connections are taken (100 %)' })],
    }),
    unseenTarget('new-region'),
  ];
}

describe.skipIf(noChromium !== undefined)(`the page of watch in Chromium${skipped(noChromium)}`, () => {
  const shots = process.env['KEEP_SCREENSHOTS'];
  if (shots) mkdirSync(shots, { recursive: true });
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  /** What is there once the page shows something of that sort; polls, because it comes by an event. */
  async function shown<Value>(page: Page, expression: string): Promise<Value> {
    for (let tries = 0; tries < 200; tries += 1) {
      const value = await page.evaluate<Value>(expression);
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The page never had ${expression}: ${await page.evaluate('document.body.innerText')}`);
  }

  async function open(state: WatchState, look: Parameters<Browser['open']>[1], token?: string) {
    const watching = new MadeWatching(state);
    const server = await watching.serve(token === undefined ? {} : { token });
    const page = await browser.open(`${server.url}/`, look);
    const close = async () => {
      await page.close();
      await server.close();
    };
    return { watching, server, page, close };
  }
  const cards = `document.querySelectorAll('.card').length`;

  test.each([360, 1440].flatMap((width) => [false, true].map((dark) => ({ width, dark }))))(
    'at $width px, dark $dark: every target, no complaint, nothing asked for but its events, nothing cut off',
    async (look) => {
      const { page, server, close } = await open(watchState(everything()), look);
      expect(await shown(page, cards)).toBe(6);
      const png = await page.screenshot();
      if (shots) writeFileSync(join(shots, `watch-${look.width}${look.dark ? '-dark' : ''}.png`), png);
      expect(page.complaints).toEqual([]);
      expect(page.requests.filter((url) => url !== 'data:,')).toEqual([`${server.url}/`, `${server.url}/events`]);
      expect(await page.evaluate(widerThanThePage)).toEqual([]);
      expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe(
        look.dark ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
      );
      await close();
    },
  );

  test('says what is taken, what waits, what is old and what is raised, in words', async () => {
    const { page, close } = await open(watchState(everything()), { width: 1440 });
    await shown(page, cards);
    const said = (await page.evaluate<string>(`document.body.innerText`)).replaceAll(/\s+/g, ' ');
    for (const words of [
      '5 alarms',
      '22 of 27 usable taken (81 %) · 30 max, 3 reserved',
      '0.8 more a minute: full in about 6 min at this rate',
      '4, the oldest for 1 min 35 s',
      '17 in all, 3 of them in the last 1 min',
      '✗ no answer',
      'CONNECT_TIMEOUT: No TCP connection came about in time',
      '✗ critical orders through PgBouncer max-wait: the first in the queue has waited for 6.5 s',
      'poolctl is in by the reserved slot',
      "poolctl may not see: other users' sessions.",
    ])
      expect(said).toContain(words);
    expect(said).not.toContain('db.internal');
    const rows = `document.querySelectorAll('#target-0-groups tbody tr').length`;
    expect(await page.evaluate(rows)).toBe(0); // What is shut is not made.
    await page.evaluate(`document.querySelector('#target-0-groups summary').click()`);
    expect(await shown(page, rows)).toBe(4);
    await close();
  });

  test.each([false, true])('can be read and used by everybody, by the rules of axe; dark %s', async (dark) => {
    const { page, close } = await open(watchState(everything()), { width: 1440, dark });
    await shown(page, cards);
    await page.evaluate(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
    await page.evaluate(
      `${axe}\naxe.run(${dark ? `{ runOnly: ['color-contrast'] }` : ''}).then(({ violations }) => { window.violations = violations; }); 0`,
    );
    const found = await shown<{ help: string; nodes: { target: string[] }[] }[]>(page, 'window.violations');
    expect(found.map(({ help, nodes }) => [help, ...nodes.map(({ target }) => target.join(' '))])).toEqual([]);
    await close();
  });

  test('follows what happens without being loaded again, and says aloud what begins and ends', async () => {
    const { page, watching, close } = await open(watchState([targetState(), lostTarget('lost')]), { width: 1440 });
    await shown(page, cards);
    await page.evaluate(`document.querySelector('#target-0 details').removeAttribute('open')`);
    const [, lost] = watching.state.targets as [TargetState, TargetState];
    const look = targetLook({ groups: [...ordinaryGroups, group('batch', 5)] });
    watching.become(watchState([targetState({ look, alarms: [raisedAlarm({ severity: 'crit' })] }), lost]));
    await shown(page, `document.body.innerText.includes('27 of 27')`);
    expect(await page.evaluate(`document.getElementById('news').textContent`)).toMatch(
      /^orders: critical, saturation\./,
    );
    expect(await page.evaluate(`document.title`)).toBe('1 alarm · poolctl watch');
    expect(await page.evaluate(`document.querySelector('#target-0 details').open`)).toBe(false);
    watching.become(watchState([targetState({ look: targetLook() }), lost]));
    await shown(page, `document.getElementById('news').textContent === 'Over: orders saturation.'`);
    expect(await page.evaluate(`document.body.innerText.includes('22 of 27')`)).toBe(true);
    expect(page.complaints).toEqual([]);
    await close();
  });

  test('shows hostile names as text', async () => {
    const look = targetLook({ groups: [group(hostile, 3, { user: hostile, database: hostile, state: hostile })] });
    const target = targetState({
      name: hostile,
      look,
      labels: { [hostile]: hostile },
      alarms: [raisedAlarm({ text: hostile })],
    });
    const { page, close } = await open(watchState([target]), { width: 360 });
    await shown(page, cards);
    expect(await page.evaluate(`document.title`)).toBe('1 alarm · poolctl watch');
    expect(await page.evaluate(`document.querySelectorAll('img').length`)).toBe(0);
    expect(await page.evaluate(`document.body.innerText.includes('<img src=x')`)).toBe(true);
    expect(await page.evaluate(widerThanThePage)).toEqual([]);
    expect(page.complaints).toEqual([]);
    await close();
  });

  test('asks for the token, keeps it out of every address, and says when it is wrong', async () => {
    const { page, close } = await open(watchState([targetState()]), { width: 1440 }, 'canary-token');
    const enter = (token: string) =>
      page.evaluate(
        `document.getElementById('token').value = '${token}'; document.querySelector('#login button').click()`,
      );
    expect(await page.evaluate(`document.activeElement.id`)).toBe('token');
    expect(page.complaints).toEqual([]);
    await enter('wrong');
    await shown(page, `document.getElementById('refusal').textContent === 'This token is wrong.'`);
    await enter('canary-token');
    expect(await shown(page, cards)).toBe(1);
    expect(await page.evaluate(`document.getElementById('login').offsetParent === null`)).toBe(true);
    expect(page.requests.join(' ')).not.toContain('canary');
    expect(await page.evaluate(`document.documentElement.outerHTML.includes('canary')`)).toBe(false);
    await close();
  });

  test('says that what it shows is old once poolctl has ended', async () => {
    const { page, server } = await open(watchState([targetState()]), { width: 360 });
    await shown(page, cards);
    await server.close();
    await shown(page, `document.getElementById('connection').innerText.includes('lost')`);
    expect(await page.evaluate(widerThanThePage)).toEqual([]);
    await page.close();
  });
});

describe.skipIf(noPromtool !== undefined)(`promtool on the metrics${skipped(noPromtool)}`, () => {
  test('finds nothing to say, with every metric there is and with hostile names', async () => {
    const odd = ['"quoted"', 'back\\slash', 'line\nend', '\u001b[31m', '한국어', hostile];
    const look = targetLook({ groups: odd.map((name) => group(name, 1, { user: name })) });
    const all = [
      ...everything(),
      targetState({
        name: 'odd "one"\n',
        look,
        polls: { done: 1, skipped: 0, errors: { SERVER_SILENT: 2 }, lastMs: 5_000 },
      }),
    ];
    const families = servedFamilies(watchState(all), { top: 50, version: '0.1.0', nowMs: 61_500 });
    const stdin = exposition(families, 'prometheus');
    for (const { name } of Object.values(servedMetrics)) expect(stdin).toContain(`# TYPE ${name} `);
    expect(await promtool(['check', 'metrics'], { stdin })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('would find something: a counter without _total', async () => {
    const { stderr } = await promtool(['check', 'metrics'], {
      stdin: '# HELP poolctl_polls Polls.\n# TYPE poolctl_polls counter\npoolctl_polls 1\n',
    });
    expect(stderr).toMatch(/poolctl_polls counter metrics should have "_total" suffix/);
  });
});

/** What would make the page itself scroll sideways; wide tables scroll within themselves. */
const widerThanThePage = `(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) return ['page ' + document.documentElement.scrollWidth];
  return [...document.querySelectorAll('h1, h2, p, li, svg, dd, article, form')]
    .filter((element) => element.id !== 'news' && element.getBoundingClientRect().right > width + 1)
    .map((element) => element.tagName + ' ' + element.textContent.slice(0, 40));
})()`;
