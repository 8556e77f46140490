// Seven causes of a full pool, each forced many times on real PostgreSQL and MariaDB through pg and mysql2, with settings
// drawn by a seed: does the diagnosis of the recording name them? Prints the confusion matrix, and fails below 95 % or where
// another cause is named. 20 minutes: npm run build && node test/bench/causes.mjs [runs] [first seed] [engine] [cause]
import Table from 'cli-table3';
import { runnerImport } from 'vite';

const [runsText = '20', seedText = '1', onlyEngine, onlyCause] = process.argv.slice(2);
const [runs, firstSeed] = [Number(runsText), Number(seedText)];
const durationMs = 4_000;

const root = new URL('../../', import.meta.url).pathname;
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { causes, diagnosisOf } = await helper('causes/diagnosed');
const { startOwn } = await helper('servers/own-server');

const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
let missed = 0;
for (const [engine, protocol] of [
  ['postgres', 'postgres'],
  ['mariadb', 'mysql'],
]) {
  if (onlyEngine && onlyEngine !== 'all' && engine !== onlyEngine) continue;
  const server = await startOwn(engine);
  const found = new Map();
  try {
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      for (const cause of causes) {
        if (onlyCause && cause !== onlyCause) continue;
        const diagnosis = await diagnosisOf(cause, { protocol, server, seed, durationMs });
        const named = diagnosis.cause ?? diagnosis.answer;
        if (named !== cause) {
          const { candidates, shares, load, stretch } = diagnosis;
          console.error(JSON.stringify({ engine, cause, seed, named, candidates, shares, load, stretch }));
        }
        found.set(`${cause} ${named}`, (found.get(`${cause} ${named}`) ?? 0) + 1);
      }
    }
  } finally {
    await server.stop();
  }
  const columns = [...causes, 'not clear', 'no waits'];
  const table = new Table({ head: [engine, ...columns], style: { head: [], border: [] }, chars });
  for (const cause of causes) table.push([cause, ...columns.map((named) => found.get(`${cause} ${named}`) ?? '')]);
  console.log(table.toString());
  const all = [...found.values()].reduce((sum, count) => sum + count, 0);
  const right = causes.reduce((sum, cause) => sum + (found.get(`${cause} ${cause}`) ?? 0), 0);
  const unclear = causes.reduce((sum, cause) => sum + (found.get(`${cause} not clear`) ?? 0), 0);
  console.log(`${engine}: ${right} of ${all} named, ${unclear} not clear, ${all - right - unclear} wrong`);
  if (right < 0.95 * all || right + unclear < all) missed += 1;
}
process.exitCode = missed > 0 ? 1 : 0;
