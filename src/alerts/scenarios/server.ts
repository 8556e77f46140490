import { alertLevels } from '../levels.ts';
import type { AlertSettings } from '../settings.ts';
import { type AlertScenario, above, moments, quietAt, type ScenarioMaker, scrapeAt } from './scenario.ts';

const always = (value: number) => () => value;
const reserved = 3;

/** What happens to a server. */
export const serverScenarios: ScenarioMaker = (settings) => [
  rollout(settings),
  fullServer(settings),
  refusing(settings),
  ...noHeadroom(settings),
  forgotten(settings),
  down(settings),
];

/** As a source has it: usable, or the maximum and what is reserved. */
const capacity = (usable: number) => ({
  usable: always(usable),
  max: always(usable + reserved),
  reserved: always(reserved),
});

const quiet = { up: always(1), full: always(0), idleTransactionAge: always(0), transactionAge: always(0) };

/** Half of the connections are taken, nine tenths for two minutes. */
function rollout(settings: AlertSettings): AlertScenario {
  const usable = Math.max(100, 20 * (settings.plan?.rolloutConnections ?? 1));
  const from = scrapeAt(300, settings);
  const until = scrapeAt(from + 120, settings);
  return {
    name: 'a roll-out that fits is quiet',
    needs: ['taken'],
    seconds: until + 420,
    courses: { ...quiet, ...capacity(usable), taken: (t) => usable * (t >= from && t < until ? 0.9 : 0.5) },
    checks: quietAt(moments(from, until + 420, scrapeAt(60, settings))),
  };
}

function fullServer(settings: AlertSettings): AlertScenario {
  const end = scrapeAt(960, settings);
  const { plan, limits } = settings;
  return {
    name: 'a full server is loud',
    needs: ['taken'],
    seconds: end,
    courses: { ...quiet, ...capacity(40), taken: always(40) },
    checks: [
      {
        atSeconds: end,
        raised: {
          'server-nearly-full': above(limits.saturation, 1),
          ...(plan?.rolloutConnections !== undefined && { 'no-rollout-headroom': { warning: 0 } }),
        },
      },
    ],
  };
}

/** The server refuses the one who counts, so that its figures are gone. */
function refusing(settings: AlertSettings): AlertScenario {
  const from = scrapeAt(300, settings);
  const until = (value: number) => (t: number) => (t < from ? value : undefined);
  const end = scrapeAt(from + 420, settings);
  return {
    name: 'a server that refuses the one who counts is full, and not down',
    needs: ['taken', 'full'],
    seconds: end,
    courses: {
      up: (t) => (t < from ? 1 : 0),
      full: (t) => (t < from ? 0 : 1),
      taken: until(20),
      usable: until(40),
    },
    checks: [{ atSeconds: end, raised: { 'server-nearly-full': above(settings.limits.saturation, 1) } }],
  };
}

/** Healthy, but the next roll-out finds one connection too few. */
function noHeadroom(settings: AlertSettings): readonly AlertScenario[] {
  const surge = settings.plan?.rolloutConnections ?? 0;
  if (surge === 0) return [];
  const end = scrapeAt(960, settings);
  const usable = 10 * surge;
  const taken = usable - surge + 1;
  const share = above(settings.limits.saturation, taken / usable);
  return [
    {
      name: 'a roll-out that would not fit is loud before it begins',
      needs: ['taken'],
      seconds: end,
      courses: { ...quiet, ...capacity(usable), taken: always(taken) },
      checks: [
        {
          atSeconds: end,
          raised: { 'server-nearly-full': share, 'no-rollout-headroom': { warning: surge - 1 } },
        },
      ],
    },
  ];
}

function forgotten(settings: AlertSettings): AlertScenario {
  const limits = settings.limits.idleTransactionSeconds;
  const from = scrapeAt(60, settings);
  const age = (t: number) => Math.max(0, t - from);
  const at = alertLevels(limits).map(({ limit }) => scrapeAt(from + 1.5 * limit, settings));
  const end = Math.max(from, ...at);
  return {
    name: 'a transaction that is left open is loud, and one that pauses is not',
    needs: ['idleTransactionAge'],
    seconds: end,
    courses: { ...quiet, ...capacity(40), taken: always(8), idleTransactionAge: age, transactionAge: age },
    checks: [
      ...quietAt([from]),
      ...at.map((atSeconds) => ({
        atSeconds,
        raised: {
          'idle-in-transaction': above(limits, age(atSeconds)),
          'transaction-open-long': above(settings.limits.transactionSeconds, age(atSeconds)),
        },
      })),
    ],
  };
}

function down(settings: AlertSettings): AlertScenario {
  const from = scrapeAt(120, settings);
  const end = scrapeAt(from + 60 + 2 * settings.scrapeSeconds, settings);
  const until = (value: number) => (t: number) => (t < from ? value : undefined);
  return {
    name: 'a server that does not answer is missed',
    needs: ['up'],
    seconds: end,
    courses: { full: always(0), up: (t) => (t < from ? 1 : 0), taken: until(8), usable: until(40), max: until(43) },
    checks: [...quietAt([from]), { atSeconds: end, raised: { 'target-down': { critical: Number.NaN } } }],
  };
}
