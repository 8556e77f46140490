// Shards of a load against one probe of all of it: throughput, and p50 and p95 as a caller sees them.
import { built, median, tableOf } from '../probe-truth/shared.mjs';
import { oneProbe, shardedProbe } from './shards.mjs';

const { HdrHistogram } = await built('stats/hdr/hdr-histogram');
const { quantileOf } = await built('probe/analyse/intervals');

// Hardly anybody waits, so that several pools and one pool of their sum do the same.
const flags = ['--hold', 'exp:20ms', '--tps', '160', '--connection-limit', '24', '--duration', '8s', '--warmup', '1s'];
const most = 0.02;
const least = 0.95;

export async function same(place, judge, pairs) {
  const table = tableOf(['shards', 'pairs', 'throughput, sharded over one', 'within 2 %', 'p50 alike', 'p95 alike'], 0);
  for (const shards of [2, 4, 8]) {
    const found = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const wish = [...flags, '--seed', String(pair + 1)];
      const contenders = { one: () => oneProbe(place, wish), sharded: () => shardedProbe(place, shards, wish) };
      const names = Object.keys(contenders);
      const both = {};
      for (const name of pair % 2 === 0 ? names : names.reverse()) both[name] = figuresOf(await contenders[name]());
      found.push(both);
    }
    const ratios = found.map(({ one, sharded }) => sharded.rate / one.rate);
    const share = (isRight) => found.filter(isRight).length / pairs;
    const alike = (name) => share(({ one, sharded }) => areAlike(one[name], sharded[name]));
    const near = share(({ one, sharded }) => Math.abs(sharded.rate / one.rate - 1) <= most);
    const shown = (value) => judge.mark(value >= least, `${Math.round(value * pairs)}`);
    table.push([shards, pairs, median(ratios).toFixed(3), shown(near), shown(alike('p50')), shown(alike('p95'))]);
  }
  console.log(`Shards of a load, and one probe of all of it; of ${pairs} pairs, at least ${least * 100} % are asked`);
  console.log(table.toString());
}

function figuresOf({ runs: [run] }) {
  const total = HdrHistogram.decode(run.histogramsUs.total);
  return {
    rate: run.throughputPerSecond.value,
    p50: quantileOf(total, 0.5),
    p95: quantileOf(total, 0.95),
  };
}

/**
 * The 95 % intervals overlap. That each value lies in the interval of the other is no fair question: of two runs that
 * differ by chance alone it is so in 83 of 100 (1.96 / sqrt 2 standard errors), and they overlap in 99.
 */
function areAlike(one, other) {
  return one.low <= other.high && other.low <= one.high;
}
