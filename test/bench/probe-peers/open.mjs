// Times of the open loop at a rate, from the intended start, against those of pgbench --rate.
import { built, openPlan, runLoad, tableOf } from '../probe-truth/shared.mjs';
import { pointWorkload } from './closed.mjs';
import { pgbenchAtRate } from './tools.mjs';

const { choosePump } = await built('probe/load/pump');
const { probeRun } = await built('probe/analyse/figures');

const rates = [500, 2_000, 4_000];
const clients = 16;
const most = { median: 1.2, serviceP95: 1.5 };

export async function open(place, judge, { seconds }) {
  const head = ['rate', 'by', 'p50', '', 'p95', 'p99', 'lag p50', 'p95', 'p99', 'wait p95', 'service p50', 'p95', ''];
  const table = tableOf([...head, 'percentiles', 'cores'], 2);
  for (const ratePerSecond of rates) {
    const peer = await pgbenchAtRate(place, { script: 'point', clients, seconds, ratePerSecond });
    const at = (name, p) => peer[name][Math.min(peer[name].length - 1, Math.floor(p * peer[name].length))];
    table.push([
      ...[ratePerSecond, 'pgbench', us(at('total', 0.5)), '', us(at('total', 0.95)), us(at('total', 0.99))],
      ...[us(at('lag', 0.5)), us(at('lag', 0.95)), us(at('lag', 0.99)), ''],
      ...[us(at('service', 0.5)), us(at('service', 0.95)), '', '', ''],
    ]);
    const own = choosePump(true, ratePerSecond);
    for (const pump of new Set([own, 'metronome', 'hybrid'])) {
      const plan = openPlan({ connections: clients, ratePerSecond, seconds });
      const run = await runLoad(place, pointWorkload(place), plan, { pump });
      const { totalMs, lagMs, waitMs, serviceMs, trustworthy, client } = probeRun('', plan, run);
      const ratio = totalMs.p50 / at('total', 0.5);
      const tail = serviceMs.p95 / at('service', 0.95);
      // The others are there to compare with.
      const mark = (isHit, text) => (pump === own ? judge.mark(isHit, text) : text);
      table.push([
        ...['', pump === own ? `probe (${pump})` : pump, us(totalMs.p50)],
        // pgbench is woken late itself, which is in its total: being quicker than that is no fault.
        mark(ratio <= most.median, ratio.toFixed(2)),
        ...[us(totalMs.p95), us(totalMs.p99), us(lagMs.p50), us(lagMs.p95), us(lagMs.p99), us(waitMs.p95)],
        ...[us(serviceMs.p50), us(serviceMs.p95), mark(tail <= most.serviceP95, tail.toFixed(2))],
        ...[trustworthy ? 'trusted' : 'spoilt by lag', client.cpuPerSecond.toFixed(2)],
      ]);
    }
  }
  console.log(
    `${place.name}, open loop, prepared point select on ${clients} connections, ${seconds} s each; times in µs`,
  );
  console.log(table.toString());
}

const us = (ms) => Math.round(ms * 1_000).toLocaleString('en-US');
