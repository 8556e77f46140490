import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Browser,
  chromiumProgram,
  cutOffTexts,
  type Page,
  startChromium,
  widerThanThePage,
} from '../helpers/chromium.ts';
import { missing } from '../helpers/missing.ts';
import { poolctl, root } from '../helpers/run.ts';

const absent = await missing(chromiumProgram());
const url = pathToFileURL(`${root}dist/playground/pool.html`).href;

type Flags = Record<string, string>;
const some = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const odd = some('0', '-5', 'abc', '1e9', '<b>x</b>', 'a b', '300ms', '50%', '3', '2.5', 'NaN', '日本', "it's");
const ms = (most: number) => fc.integer({ min: 1, max: most }).map((value) => `${value}ms`);
const count = (most: number) => fc.integer({ min: 1, max: most }).map(String);
const maybe = <Value>(value: fc.Arbitrary<Value>, odds: number) =>
  fc.oneof({ weight: odds, arbitrary: fc.constant<Value | undefined>(undefined) }, { weight: 1, arbitrary: value });

const share = (from: number, to: number) => fc.integer({ min: from, max: to }).map((percent) => percent / 100);

/** Some of the flags of `size`, mostly with values that they take, alone and together. */
const inputs: fc.Arbitrary<Flags> = fc
  .record({
    load: fc.oneof(
      { weight: 12, arbitrary: fc.record({ tps: count(2_000) }) },
      { weight: 1, arbitrary: fc.record({ 'total-tps': count(5_000) }) },
      { weight: 1, arbitrary: fc.record({ tps: odd }) },
    ),
    hold: fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .tuple(
            fc.integer({ min: 5, max: 1_500 }),
            maybe(share(5, 60), 1),
            maybe(share(20, 70), 4),
            maybe(share(130, 400), 6),
          )
          .map(([p95, median, mean, p99]) => timesOf(p95, { p50: median, mean, p99 })),
      },
      { weight: 2, arbitrary: fc.record({ hold: ms(800) }) },
      { weight: 1, arbitrary: fc.record({ p95: odd }) },
      { weight: 1, arbitrary: fc.constant({}) },
    ),
    rest: fc.record({
      rtt: maybe(ms(20), 12),
      // Both at once take seconds.
      again: maybe(
        fc.oneof(
          fc.record({ burst: some('3x:200ms/1400ms', 'on:100ms/2s', '1x:1/1') }),
          fc.record({ retries: some('2:100ms', '3') }),
          fc.record({ 'batch-size': count(12) }),
          fc.record({ method: some('model', 'formula', 'dbcp', 'guess') }),
        ),
        3,
      ),
      deadline: maybe(some('2s', '5s', '20s'), 10),
      'batch-jobs': maybe(count(5), 12),
      'connections-per-request': maybe(count(3), 12),
      'concurrent-requests': maybe(count(20), 60),
      instances: maybe(count(20), 1),
      'max-instances': maybe(count(40), 20),
      processes: maybe(count(4), 10),
      balancer: maybe(some('random', 'round-robin', 'least-busy'), 10),
      surge: maybe(some('25%', '1', '0.5', 'two'), 8),
      platform: maybe(some('kubernetes', 'kubernetes:recreate', 'lambda', 'ecs', 'cloud-run', 'heroku', 'moon'), 10),
      server: maybe(
        some(
          'mysql',
          'postgres',
          'mariadb',
          'aws-rds-mysql:db.t3.medium',
          'aws-rds-postgres',
          'neon:2cu',
          'mysq',
          'supabase',
        ),
        1,
      ),
      'max-connections': maybe(count(2_000), 4),
      reserved: maybe(count(10), 16),
      'other-connections': maybe(count(60), 16),
      cores: maybe(count(16), 12),
      headroom: maybe(some('20%', '0.5', '100%', '-1'), 6),
      profile: maybe(some('production', 'qa', 'large', 'none'), 20),
      'max-wait-p99': maybe(ms(200), 12),
      'max-utilization': maybe(some('70%', '0.95', '2'), 12),
      'max-loss': maybe(some('0.1%', '1%'), 12),
      'connection-limit': maybe(count(200), 8),
      'queue-limit': maybe(count(100), 12),
      'acquire-timeout': maybe(ms(20_000), 12),
      'query-timeout': maybe(ms(20_000), 12),
      emit: maybe(
        some('pg', 'mysql2', 'typeorm', 'prisma', 'sqlalchemy', 'go', 'hikaricp', 'pg,mysql2', 'django', 'oracle'),
        5,
      ),
      driver: maybe(some('pg', 'postgres', 'mariadb', 'knex', 'hikaricp', 'pgbouncer', 'none'), 12),
      'driver-version': maybe(some('3.10', '5', 'x'), 40),
      lang: maybe(some('js', 'cjs', 'py'), 20),
      'slow-query': maybe(ms(30_000), 60),
    }),
  })
  .map(({ load, hold, rest: { again, ...rest } }) => {
    const entries = Object.entries({ ...load, ...hold, ...rest, ...again });
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
  });

/** A p95 in ms, and other times as shares of it. */
function timesOf(p95: number, others: Readonly<Record<string, number | undefined>>): Flags {
  const given = Object.entries(others).flatMap(([name, of]) =>
    of === undefined ? [] : [[name, `${Math.ceil(p95 * of)}ms`]],
  );
  return { p95: `${p95}ms`, ...Object.fromEntries(given) };
}

const argumentsOf = (flags: Flags) => Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);

describe.skipIf(absent !== undefined)(`the playground in Chromium${absent ? ` (skipped: ${absent})` : ''}`, () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
    page = await open('#tps=200&p95=300ms&p50=80ms&instances=3&server=mysql', { width: 1_440 });
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** Opens the page and waits for its answer, and for the curve that comes after. */
  async function open(hash: string, look: Parameters<Browser['open']>[1]): Promise<Page> {
    const opened = await browser.open(url + hash, look);
    await until(opened, "document.getElementById('answer').getAttribute('aria-busy') === 'false'");
    return opened;
  }

  const until = (on: Page, condition: string) =>
    on.evaluate(`(async () => { while (!(${condition})) await new Promise((resolve) => setTimeout(resolve, 20)); })()`);

  async function answersOf(cases: readonly Flags[]): Promise<string[]> {
    const texts: string[] = [];
    for (let from = 0; from < cases.length; from += 100) {
      const some = JSON.stringify(cases.slice(from, from + 100));
      texts.push(
        ...(await page.evaluate<string[]>(
          `(async (cases) => { const texts = []; for (const flags of cases) texts.push(await poolctl.size(flags)); return texts; })(${some})`,
        )),
      );
    }
    return texts;
  }

  test('answers 1,000 random inputs with the bytes of `poolctl size --json`, refusals too', {
    timeout: 240_000,
  }, async () => {
    const cases = fc.sample(inputs, { numRuns: 1_000, seed: 21 });
    // The page has a process of its own: both work at once.
    const onPage = answersOf(cases);
    const texts: string[] = [];
    for (const flags of cases) texts.push((await poolctl(['size', ...argumentsOf(flags), '--json'])).stdout);
    const pairs = (await onPage).map((text, index) => ({ flags: cases[index], page: text, command: texts[index] }));
    expect(pairs.find(({ page, command }) => page !== command)).toBeUndefined();
    expect(pairs).toHaveLength(1_000);
    const refused = texts.filter((text) => text.includes('poolctl.error/1')).length;
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(900);
  });
});
void cutOffTexts;
void widerThanThePage;
