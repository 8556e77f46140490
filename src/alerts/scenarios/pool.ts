import { type AlertSettings, windowsOf } from '../settings.ts';
import { type AlertScenario, above, moments, quietAt, type ScenarioMaker, scrapeAt } from './scenario.ts';

const limit = 10;
/** Requests that wait while the pool is full. */
const waiting = 6;
const always = (value: number) => () => value;

/** What happens to a pool of ten. */
export const poolScenarios: ScenarioMaker = (settings) => [
  burst(settings),
  newInstance(settings),
  leak(settings),
  overload(settings),
  firstTimeouts(settings),
  afterGap(settings),
  gone(settings),
  ...beyondPlan(settings),
];

/** 10 of 10 for half a minute, with requests that wait and then get a connection. */
function burst(settings: AlertSettings): AlertScenario {
  const { short, long } = windowsOf(settings);
  const from = scrapeAt(long, settings);
  const until = from + Math.max(30, settings.scrapeSeconds);
  const isOn = (t: number) => t >= from && t < until;
  return {
    name: 'a burst that fills the pool for half a minute is quiet',
    needs: ['inUse', 'limit'],
    seconds: until + long + 2 * short,
    courses: {
      up: always(1),
      inUse: (t) => (isOn(t) ? limit : 2),
      limit: always(limit),
      waiters: (t) => (isOn(t) ? waiting : 0),
      maxWait: (t) => (isOn(t) ? 2 : 0),
      queuedTime: (t) => waiting * Math.min(Math.max(0, t - from), until - from),
      timeouts: always(0),
      rejected: always(0),
    },
    checks: quietAt(moments(from, until + long + 2 * short, short / 2)),
  };
}

/** The first scrapes of a new instance find its pool full, and its mean is of few scrapes. */
function newInstance(settings: AlertSettings): AlertScenario {
  const { short, long } = windowsOf(settings);
  const from = scrapeAt(short, settings);
  const until = from + Math.max(30, settings.scrapeSeconds);
  const course = (full: number, after: number) => (t: number) => {
    if (t < from) return undefined;
    return t < until ? full : after;
  };
  return {
    name: 'a new instance that begins with a burst is quiet',
    needs: ['inUse', 'limit'],
    seconds: until + long,
    courses: {
      inUse: course(limit, 2),
      limit: course(limit, limit),
      waiters: course(waiting, 0),
      maxWait: course(2, 0),
    },
    checks: quietAt(moments(from, until + long, short / 2)),
  };
}

/** Connections are not given back; nobody is served any more, and nobody's wait ends. */
function leak(settings: AlertSettings): AlertScenario {
  const { limits } = settings;
  const { short, long } = windowsOf(settings);
  const from = scrapeAt(long, settings);
  const fullAt = from + 8 * settings.scrapeSeconds;
  const end = scrapeAt(fullAt + long + 2 * short, settings);
  return {
    name: 'a leak that fills the pool is loud, though nobody times out',
    needs: ['inUse', 'limit'],
    seconds: end,
    courses: {
      up: always(1),
      inUse: (t) => Math.min(limit, 2 + Math.max(0, (t - from) / settings.scrapeSeconds)),
      limit: always(limit),
      waiters: (t) => (t >= fullAt ? waiting : 0),
      maxWait: (t) => Math.min(120, Math.max(0, t - fullAt)),
      queuedTime: always(40),
      timeouts: always(0),
      rejected: always(0),
    },
    checks: [
      ...quietAt([from]),
      {
        atSeconds: end,
        raised: {
          'pool-nearly-full': above(limits.saturation, 1),
          'pool-waiting': above(limits.meanWaiters, waiting),
          'pooler-clients-wait': above(limits.maxWaitSeconds, 120),
        },
      },
    ],
  };
}

/** A pool too small: it serves, requests wait and some time out; in between, the process restarts. */
function overload(settings: AlertSettings): AlertScenario {
  const { limits } = settings;
  const { short, long } = windowsOf(settings);
  const end = scrapeAt(long + 4 * short, settings);
  const restart = end - scrapeAt(long / 2, settings);
  const since = (t: number) => (t < restart ? t : t - restart + settings.scrapeSeconds);
  const timeouts = (t: number) => Math.round(since(t) / settings.scrapeSeconds);
  const checked: AlertScenario['checks'] = [
    {
      atSeconds: end,
      raised: {
        'pool-nearly-full': above(limits.saturation, 1),
        'pool-waiting': above(limits.meanWaiters, waiting),
        'pool-timeouts': { warning: long / settings.scrapeSeconds },
        'pool-rejections': { warning: (2 * long) / settings.scrapeSeconds },
        'pooler-clients-wait': above(limits.maxWaitSeconds, 8),
      },
    },
  ];
  return {
    name: 'a pool too small is loud, and its restart is no jump',
    needs: ['inUse', 'limit'],
    seconds: end,
    courses: {
      up: always(1),
      inUse: always(limit),
      limit: always(limit),
      waiters: always(waiting),
      maxWait: always(8),
      queuedTime: (t) => waiting * since(t),
      timeouts,
      rejected: (t) => 2 * timeouts(t),
    },
    checks: checked,
  };
}

/** The series of timeouts begins at 3: there is no 0 to grow from. */
function firstTimeouts(settings: AlertSettings): AlertScenario {
  const { long } = windowsOf(settings);
  const from = scrapeAt(2 * long, settings);
  return {
    name: 'the first timeouts of all are seen, and forgotten after a while',
    needs: ['inUse', 'limit', 'timeouts'],
    seconds: from + 2 * long,
    courses: {
      inUse: always(5),
      limit: always(limit),
      timeouts: (t) => (t < from ? undefined : 3),
    },
    checks: [
      ...quietAt([from - settings.scrapeSeconds]),
      { atSeconds: from + settings.scrapeSeconds, raised: { 'pool-timeouts': { warning: 3 } } },
      ...quietAt([scrapeAt(from + 2 * long, settings)]),
    ],
  };
}

/** Prometheus did not scrape for a while: old totals are back, and nothing has happened. */
function afterGap(settings: AlertSettings): AlertScenario {
  const { short, long } = windowsOf(settings);
  const from = scrapeAt(long, settings);
  // Longer than a series is looked back for, both now and at the beginning of the window.
  const until = scrapeAt(from + 3 * long, settings);
  const end = scrapeAt(until + 2 * long, settings);
  const seen = (value: (t: number) => number) => (t: number) => (t >= from && t < until ? undefined : value(t));
  return {
    name: 'what is back after a gap in the scrapes is quiet',
    needs: ['inUse', 'limit'],
    seconds: end,
    courses: {
      up: seen(always(1)),
      inUse: seen(always(4)),
      limit: seen(always(limit)),
      waiters: seen(always(0)),
      maxWait: seen(always(0)),
      queuedTime: seen((t) => 3_000 + t / 100),
      timeouts: seen(always(36)),
      rejected: seen(always(7)),
    },
    checks: quietAt([...moments(0, from, long), ...moments(until, end, short)]),
  };
}

function gone(settings: AlertSettings): AlertScenario {
  const { long } = windowsOf(settings);
  const from = scrapeAt(long, settings);
  const until = (value: number) => (t: number) => (t < from ? value : undefined);
  const end = scrapeAt(from + 300 + 2 * settings.scrapeSeconds, settings);
  return {
    name: 'metrics that are there no longer are missed',
    needs: ['inUse', 'limit'],
    seconds: end,
    courses: { up: until(1), inUse: until(4), limit: until(limit), waiters: until(0) },
    checks: [...quietAt([from]), { atSeconds: end, raised: { 'metrics-gone': { warning: Number.NaN } } }],
  };
}

/** More connections allowed than the size answer has. */
function beyondPlan(settings: AlertSettings): readonly AlertScenario[] {
  const most = settings.plan?.mostConnections;
  if (most === undefined) return [];
  const end = scrapeAt(600 + 2 * settings.scrapeSeconds, settings);
  const allowed = (connections: number, raised: AlertScenario['checks'][number]['raised']): AlertScenario => ({
    name: `${connections} connections allowed where ${most} are planned`,
    needs: ['inUse', 'limit'],
    seconds: end,
    courses: { up: always(1), inUse: always(0), limit: always(connections), waiters: always(0) },
    checks: [{ atSeconds: end, raised }],
  });
  return [allowed(most, {}), allowed(most + 1, { 'pools-beyond-plan': { warning: most + 1 } })];
}
