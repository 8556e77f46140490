// What poolctl makes of answers of real servers with one thing wrong: 20,000 a protocol, by a seed. Each must end within its
// timeout, with an answer or a known code, and leave no connection; memory must stay below 200 MB. Node would let garbage
// pile up beyond that, so its heap is limited, and one that needs more ends the process. 5 minutes. Needs the build:
// npm run build && node --max-old-space-size=128 test/bench/hostile-answers.mjs; how many, and the first seed, can be
// named (20000 0).
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { startHere } = await helper('servers/prepare');
const { Cleanup } = await helper('servers/cleanup');
const { postgres } = await helper('servers/postgres');
const { mariadb } = await helper('servers/mariadb');
const { admin } = await helper('sessions');
const { askWith, outcomesOf, recordedTurns } = await helper('hostile');
const built = (name) => import(`${root}dist/${name}.js`);
const ask = askWith({ ...(await built('engines/open')), ...(await built('engines/target')) });
const { errorCodes } = await built('base/errors');

const [count = 20_000, from = 0] = process.argv.slice(2).map(Number);
const timeoutMs = 250;
/** All that a case asks, each answer of which may take the timeout, and the goodbye. */
const longestMs = 4_000;
const mostMegabytes = 200;
const problems = [];
process.on('uncaughtException', (error) => {
  console.log('NOT AS IT MUST BE: uncaught', error);
  process.exitCode = 1;
});

async function bench(protocol, engine) {
  const cleanup = new Cleanup();
  try {
    const { server } = await startHere(engine, cleanup);
    const turns = await recordedTurns(protocol, admin(server), ask);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    let most = before;
    const look = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const begun = performance.now();
    const outcomes = await outcomesOf(protocol, turns, { from, count, timeoutMs, ask });
    clearInterval(look);
    const counts = new Map();
    for (const { code } of outcomes) counts.set(code, (counts.get(code) ?? 0) + 1);
    console.log(`${protocol}: ${outcomes.length} in ${Math.round((performance.now() - begun) / 1_000)} s`);
    for (const [code, times] of [...counts].sort((a, b) => b[1] - a[1]))
      console.log(`  ${String(times).padStart(6)} ${code}`);
    const megabytes = Math.round((most - before) / 2 ** 20);
    const longest = Math.max(...outcomes.map(({ tookMs }) => tookMs));
    console.log(`  ${megabytes} MB more than before, the longest case ${Math.round(longest)} ms`);
    if (megabytes > mostMegabytes) problems.push(`${protocol}: ${megabytes} MB`);
    if (longest > longestMs) problems.push(`${protocol}: a case of ${longest} ms`);
    for (const { code, left, seed } of outcomes) {
      if (code !== 'OK' && !(code in errorCodes)) problems.push(`${protocol}, seed ${seed}: ${code}`);
      if (left > 0) problems.push(`${protocol}, seed ${seed}: ${left} connections left`);
    }
  } finally {
    await cleanup.run();
  }
}

await bench('postgres', postgres);
await bench('mysql', mariadb);
for (const problem of problems.slice(0, 20)) console.log(`NOT AS IT MUST BE: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
