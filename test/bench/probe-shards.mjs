// A sharded probe beside one process, on a server that it starts: `same`, whether two, four and eight shards of a load measure
// what one probe of all of it does, in pairs by turns; `fast`, how much more two processes send than one, beside pgbench.
// Needs the build, and pgbench for `fast`: npm run build && node test/bench/probe-shards.mjs [same|fast] [pairs]; 20 pairs of
// each take 25 minutes.
import { fast } from './probe-shards/fast.mjs';
import { same } from './probe-shards/same.mjs';
import { Judge, withServer } from './probe-truth/shared.mjs';

const words = process.argv.slice(2);
const [pairs = 20] = words.map(Number).filter(Number.isInteger);
const wants = (part) => words.includes(part) || !(words.includes('same') || words.includes('fast'));

const judge = new Judge();
await withServer('postgres', { max_connections: 200 }, async (place) => {
  if (wants('same')) await same(place, judge, pairs);
  if (wants('fast')) await fast(place, judge, Math.min(9, pairs));
});
judge.end('All targets hit.');
