// Whether poolctl probe measures what is true, on real servers, which it starts: waits of a known law, the smallest size
// by the model, a known stall, a known capacity. 20 minutes, of which the waits are 8, on a machine with nothing else to
// do. Needs the build: npm run build && node test/bench/probe-truth.mjs
// Parts, engines and laws can be named (waits size stall knee cores; postgres mariadb mysql; exponential constant
// lognormal; all but mysql otherwise), and `short` for less time.
import { cores, knee } from './probe-truth/knee.mjs';
import { Judge, withServer } from './probe-truth/shared.mjs';
import { size } from './probe-truth/size.mjs';
import { stall } from './probe-truth/stall.mjs';
import { lawNames, waits } from './probe-truth/waits.mjs';

const words = process.argv.slice(2);
const isShort = words.includes('short');
const chosen = (all, others = []) => {
  const named = [...all, ...others].filter((word) => words.includes(word));
  return named.length > 0 ? named : all;
};

const parts = {
  waits: (place, judge) => waits(place, judge, { seconds: isShort ? 6 : 60, laws: chosen(lawNames) }),
  size: (place, judge) => size(place, judge, { seconds: isShort ? 10 : 60 }),
  stall: (place, judge) => stall(place, judge, { seconds: isShort ? 6 : 20 }),
  knee: (place, judge) => knee(place, judge, { flags: isShort ? ['--quick'] : [] }),
  cores: (place, judge) => cores(place, judge, { flags: isShort ? ['--quick'] : [] }),
};

const judge = new Judge();
for (const engine of chosen(['postgres', 'mariadb'], ['mysql'])) {
  await withServer(engine, { max_connections: 300 }, async (place) => {
    for (const part of chosen(Object.keys(parts))) await parts[part](place, judge);
  });
}
judge.end('All as known.');
