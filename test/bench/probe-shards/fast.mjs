// A closed loop of SELECT 1: one process, two shards, and pgbench with as many threads.
import { availableParallelism } from 'node:os';
import { peers } from '../probe-peers/tools.mjs';
import { median, tableOf, whole } from '../probe-truth/shared.mjs';
import { oneProbe, shardedProbe } from './shards.mjs';

const connections = 16;
const seconds = 4;
const targets = { one: 1.25, peer: 0.9 };
/** Two for the shards, and others for the server. */
const coresToJudge = 4;

const load = ['--workload', 'select1', '--protocol', 'simple', '--concurrency', String(connections)];
const flags = [...load, '--connection-limit', String(connections), '--duration', `${seconds}s`];

export async function fast(place, judge, rounds) {
  const rateOf = ({ runs: [run] }) => run.throughputPerSecond.value;
  const pgbench = (threads) => peers.postgres.run(place, { script: 'select1', clients: connections, threads, seconds });
  const contenders = {
    one: async () => rateOf(await oneProbe(place, flags)),
    sharded: async () => rateOf(await shardedProbe(place, 2, flags)),
    peer: () => pgbench(2),
  };
  const found = [];
  for (let round = 0; round < rounds; round += 1) {
    const names = Object.keys(contenders);
    const each = {};
    // Each goes first by turns: the machine is not as fast in every second.
    for (const name of round % 2 === 0 ? names : names.reverse()) each[name] = await contenders[name]();
    found.push(each);
  }
  const isJudged = availableParallelism() >= coresToJudge;
  const ratio = (name) => {
    const value = median(found.map((each) => each.sharded / each[name]));
    return isJudged ? judge.mark(value >= targets[name], value.toFixed(2)) : value.toFixed(2);
  };
  const rate = (name) => whole(median(found.map((each) => each[name])));
  const table = tableOf(['', 'a second', 'two shards over it', 'at least'], 1);
  table.push(['one probe', rate('one'), ratio('one'), targets.one]);
  table.push(['two shards', rate('sharded'), '', '']);
  table.push(['pgbench, 2 threads', rate('peer'), ratio('peer'), targets.peer]);
  console.log(`SELECT 1 in a closed loop over ${connections} connections; medians of ${rounds} rounds of ${seconds} s`);
  console.log(table.toString());
  if (!isJudged) {
    console.log(
      `Not judged: ${availableParallelism()} cores are shared with the server, and a client has none to itself.`,
    );
  }
}
