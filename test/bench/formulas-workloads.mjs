// The workloads on which formulas.mjs compares the formulas of src/queueing with the simulator.

export const holdMs = 100;

const lognormal = (sigma) => ({ kind: 'lognormal', medianMs: holdMs * Math.exp((-sigma * sigma) / 2), sigma });
const lognormalOf = (scv) => lognormal(Math.sqrt(Math.log(1 + scv)));
const gammaOf = (scv) => ({ kind: 'gamma', shape: 1 / scv, scaleMs: holdMs * scv });

/** `share` of the requests take `times` as long as the others; both constant, or both exponential. */
function twoKinds(share, times, kind) {
  const fastMs = holdMs / (1 - share + share * times);
  const part = (of, meanMs) => ({ share: of, law: { kind, meanMs } });
  return { kind: 'mixture', parts: [part(1 - share, fastMs), part(share, fastMs * times)] };
}

/**
 * P(S > s) = s^-2.2 above a least time, cut off above the time that one of 100,000 exceeds, 187 times the least: without a
 * cut its third moment is infinite, and no simulation is long enough. In buckets of 2 %.
 */
function cutPareto(index) {
  const above = (s) => s ** -index;
  const cut = 1e5 ** (1 / index);
  const bounds = Array.from({ length: Math.ceil(Math.log(cut) / Math.log(1.02)) + 1 }, (_, i) =>
    Math.min(cut, 1.02 ** i),
  );
  const raw = bounds.slice(1).map((to, i) => ({ fromMs: bounds[i], toMs: to, count: above(bounds[i]) - above(to) }));
  const total = raw.reduce((sum, { count }) => sum + count, 0);
  const mean = raw.reduce((sum, { fromMs, toMs, count }) => sum + (count * (fromMs + toMs)) / 2, 0) / total;
  const scale = holdMs / mean;
  return {
    kind: 'histogram',
    buckets: raw.map(({ fromMs, toMs, count }) => ({ fromMs: fromMs * scale, toMs: toMs * scale, count })),
  };
}

/** Laws of a mean of 100 ms, by name. */
export const laws = {
  constant: { kind: 'constant', meanMs: holdMs },
  'gamma 0.25': gammaOf(0.25),
  exponential: { kind: 'exponential', meanMs: holdMs },
  'gamma 4': gammaOf(4),
  'two kinds, 3.2': twoKinds(0.1, 16, 'constant'),
  '5 ms, 2 % of 5 s': twoKinds(0.02, 1_000, 'constant'),
  '3 % are 134 times as long': twoKinds(0.03, 134, 'exponential'),
  'lognormal 0.5': lognormalOf(0.5),
  'lognormal 1': lognormalOf(1),
  'lognormal 2.25': lognormalOf(2.25),
  'lognormal 4': lognormalOf(4),
  'lognormal 9': lognormalOf(9),
  'lognormal sigma 2': lognormal(2),
  'Pareto 2.2': cutPareto(2.2),
};

/** Every combination of the values, as objects. */
function grid(axes) {
  return Object.entries(axes).reduce(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** Arrivals of each kind, and what predictPool is told of them. */
export const arrivalKinds = {
  poisson: (rate) => ({ law: { kind: 'poisson', ratePerSecond: rate }, model: {} }),
  paced: (rate) => {
    const load = (rate * holdMs) / 1_000;
    const peakedness = 1 / (1 - Math.exp(-1 / load)) - load;
    return { law: { kind: 'paced', ratePerSecond: rate }, model: { peakedness } };
  },
  'batches of 3': (rate) => ({ law: { kind: 'batches', ratePerSecond: rate, size: 3 }, model: { peakedness: 2 } }),
  'bursts x3 of 20 ms': (rate) => bursty(rate, 3, 20, 80),
  'bursts x3 of 200 ms': (rate) => bursty(rate, 3, 200, 800),
  'bursts x5 of 50 ms': (rate) => bursty(rate, 5, 50, 450),
};

/** Peakedness: variance over mean of the busy connections without a limit, for exponential holds. */
function bursty(ratePerSecond, factor, burstMs, quietMs) {
  const share = burstMs / (burstMs + quietMs);
  const perMs = ratePerSecond / 1_000;
  const quiet = perMs / (1 + (factor - 1) * share);
  const variance = share * (1 - share) * ((factor - 1) * quiet) ** 2;
  const peakedness = 1 + variance / (perMs * (1 / holdMs + 1 / burstMs + 1 / quietMs));
  return { law: { kind: 'bursty', ratePerSecond, factor, burstMs, quietMs }, model: { peakedness } };
}

export const limits = {
  'no limit': () => ({}),
  queue: (connections) => ({ queueLimit: Math.ceil(connections / 2) }),
  timeout: () => ({ acquireTimeoutMs: holdMs / 2 }),
  both: (connections) => ({ queueLimit: connections, acquireTimeoutMs: holdMs }),
};

/** Utilizations at which some requests wait in a pool of this size, and few enough that it is one to run. */
const utilizations = {
  2: [0.4, 0.6, 0.8, 0.9],
  5: [0.5, 0.7, 0.8, 0.9],
  20: [0.7, 0.8, 0.9],
  60: [0.8, 0.9, 0.95],
  150: [0.9, 0.95],
};

const plain = { arrivals: 'poisson', pools: 1, splitBy: 'random' };
const sizes = [2, 5, 20, 60, 150];

export const workloads = [
  ...grid({ hold: Object.keys(laws), connections: sizes })
    .flatMap((one) => utilizations[one.connections].map((utilization) => ({ ...one, utilization })))
    .map((one) => ({ ...plain, limit: 'no limit', ...one })),
  ...grid({
    hold: ['gamma 0.25', 'exponential', 'lognormal 4', 'lognormal sigma 2', '5 ms, 2 % of 5 s', 'Pareto 2.2'],
    connections: [5, 20, 60],
    utilization: [0.8, 0.95, 1.1],
    limit: ['queue', 'timeout', 'both'],
  }).map((one) => ({ ...plain, ...one })),
  ...grid({
    hold: ['exponential', 'lognormal 4'],
    connections: [3, 10],
    utilization: [0.7, 0.85],
    pools: [4, 10],
    splitBy: ['random', 'round-robin', 'least-busy'],
  }).map((one) => ({ ...plain, limit: 'no limit', ...one })),
  ...grid({
    hold: ['gamma 0.25', 'exponential', 'lognormal 4'],
    connections: [10, 40],
    utilization: [0.6, 0.8],
    arrivals: Object.keys(arrivalKinds).filter((kind) => kind !== 'poisson'),
  }).map((one) => ({ ...plain, limit: 'no limit', ...one })),
];
