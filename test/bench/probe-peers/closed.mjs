// Throughput of the closed loop against the C tool of the server, in rounds by turns.
import { closedPlan, median, runLoad, sqlWorkload, tableOf, whole } from '../probe-truth/shared.mjs';
import { peers } from './tools.mjs';

const sessions = [1, 8, 32];

/** Throughput of a plain Node loop as a share of the C tool's, measured with the drivers alone on two cores (November 2026); `two`: with two threads. */
const targets = {
  postgres: {
    select1: { 1: 0.58, 8: 0.38, 32: 0.4 },
    point: { 1: 0.63, 8: 0.37, 32: 0.42, two: { 8: 0.51, 32: 0.53 } },
  },
  mariadb: {
    point: { 1: 0.58, 8: 0.38, 32: 0.26, two: { 8: 0.47, 32: 0.45 } },
  },
};

export function pointWorkload({ protocol }) {
  return sqlWorkload(`SELECT value FROM point WHERE id = ${protocol === 'postgres' ? '$1' : '?'}`, {
    ...{ prepared: true, parameters: ['id'], variables: { id: { kind: 'int', from: 1, to: 10_000 } } },
  });
}

const workloads = { select1: () => sqlWorkload('SELECT 1'), point: pointWorkload };

export async function closed(place, judge, { seconds, rounds }) {
  const peer = peers[place.engine];
  const head = [
    'workload',
    'sessions',
    `${peer.name} TPS`,
    'probe',
    'ratio',
    'at least',
    '2 threads',
    'ratio',
    'at least',
  ];
  const table = tableOf([...head, 'loop']);
  for (const script of Object.keys(workloads)) {
    for (const clients of sessions) {
      const measured = [];
      for (let round = 0; round < rounds; round += 1) {
        const contenders = {
          c: () => peer.run(place, { script, clients, seconds }),
          one: () => ours(place, script, clients, seconds, 1),
          ...(clients > 1 && { two: () => ours(place, script, clients, seconds, 2) }),
        };
        // Each goes first by turns: the machine is not as fast in every second.
        const names = Object.keys(contenders);
        const found = {};
        for (const name of round % 2 === 0 ? names : names.reverse()) found[name] = await contenders[name]();
        measured.push(found);
      }
      const wanted = targets[place.engine]?.[script];
      const ratio = (name, least) => {
        const value = median(measured.map((found) => found[name].rate / found.c));
        return judge.mark(least === undefined || value >= least, value.toFixed(2));
      };
      const rate = (name) => whole(median(measured.map((found) => found[name].rate)));
      const { [clients]: one, two: { [clients]: two } = {} } = wanted ?? {};
      table.push([
        ...[script, clients, whole(median(measured.map(({ c }) => c)))],
        ...[rate('one'), ratio('one', one), one ?? ''],
        ...(clients > 1 ? [rate('two'), ratio('two', two), two ?? ''] : ['', '', '']),
        median(measured.map((found) => found.one.loop)).toFixed(2),
      ]);
    }
  }
  console.log(
    `${place.name}, closed loop: ${rounds} rounds of ${seconds} s for each; medians; ${peer.name} with one thread`,
  );
  console.log(table.toString());
}

async function ours(place, script, connections, seconds, threads) {
  const run = await runLoad(place, workloads[script](place), closedPlan({ connections, seconds, threads }));
  return { rate: (run.completed / run.measuredMs) * 1_000, loop: run.client.eventLoopUtilization };
}
