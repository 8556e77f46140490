// CPU time of the formula path of size, once warm and on the first call of a fresh process. Run by `npm run bench`.
import { spawnSync } from 'node:child_process';
import { sizePool } from '../../dist/index.js';

const workloads = [1, 10, 100, 1_000, 10_000].flatMap((connections) => [
  { connections, p95Ms: 300 },
  { connections, p50Ms: 80, p95Ms: 300 },
  { connections, p50Ms: 20, p95Ms: 300 },
]);

/** Milliseconds of user and system time that `run` takes. */
function cpuMs(run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function inputOf({ connections, ...times }, factor = 1) {
  // A pool of this many connections by the formula: load = connections / 1.5.
  return { workload: { ...times, arrivalRatePerSecond: ((connections / 1.5) * factor * 1_000) / times.p95Ms } };
}

const fresh = `const { sizePool } = await import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)});
const before = process.cpuUsage(); sizePool(JSON.parse(process.argv[1])); const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);`;

console.log('CPU of sizePool, ms: median of 7 warm calls, and the first call of a fresh process');
for (const workload of workloads) {
  const warm = [1, 0.99, 0.98, 0.97, 0.96, 0.95, 0.94].map((factor) =>
    cpuMs(() => sizePool(inputOf(workload, factor))),
  );
  const { stdout } = spawnSync(process.execPath, [
    '--input-type=module',
    '-e',
    fresh,
    JSON.stringify(inputOf(workload)),
  ]);
  const median = warm.toSorted((a, b) => a - b)[3];
  const { connections, ...times } = workload;
  console.log(
    `connectionLimit ${String(connections).padStart(6)}  ${JSON.stringify(times).padEnd(26)} ` +
      `warm ${median.toFixed(1).padStart(6)}   first ${Number(stdout).toFixed(1).padStart(6)}`,
  );
}
