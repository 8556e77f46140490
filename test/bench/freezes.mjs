// A server that is frozen (SIGSTOP) for 1 to 15 s at random moments of a probe: noticed, or harmless, each time. 40 freezes
// a mode and server, by a seed: 20 minutes a server. Needs the build: npm run build && node test/bench/freezes.mjs; the
// server, how many and the seed can be named (mariadb 40 8).
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { freeze, freezeModes, freezePlan, outcomeOfFreeze } = await helper('freezes');
const { admin, countSessions, dsn, open, ordinary } = await helper('sessions');
const { startOwn } = await helper('servers/own-server');

const [only, countText = '40', seedText = '8'] = process.argv.slice(2);
const engines = ['postgres', 'mariadb', 'mysql'].filter((engine) => only === undefined || engine === only);

function probe(url, flags) {
  return new Promise((resolve) => {
    const args = [`${root}bin/poolctl`, 'probe', ...flags];
    execFile(process.execPath, args, { env: { ...process.env, DATABASE_URL: url } }, (_error, text, said) =>
      resolve(text ? JSON.parse(text) : { error: { code: `nothing: ${said.slice(0, 200)}` } }),
    );
  });
}

/** The moment counts from when the load is on: a process may take long to begin. */
async function freezeUnderLoad(server, watcher, moment, probing) {
  let isOver = false;
  probing.then(() => {
    isOver = true;
  });
  while (!isOver && (await countSessions(watcher.protocol, watcher.session, server.user)) < 3) await sleep(20);
  if (!isOver) await freeze(server, moment);
}

/** Where even an undisturbed probe does not look like one, the machine has too much else to do for the test. */
async function outcomeOf(url, mode, moment, server, watcher) {
  const probing = probe(url, freezeModes[mode]);
  const [document] = await Promise.all([probing, freezeUnderLoad(server, watcher, moment, probing)]);
  const first = outcomeOfFreeze(document, Number.POSITIVE_INFINITY);
  if (!/disturbed/.test(first)) return first;
  const quiet = (await probe(url, freezeModes.load)).result.runs[0].throughputPerSecond.value;
  const outcome = outcomeOfFreeze(document, quiet);
  if (outcome === 'undisturbed') return outcome;
  const beside = outcomeOfFreeze(await probe(url, freezeModes[mode]), quiet);
  return beside === 'undisturbed' ? outcome : 'machine too busy to tell';
}

let missed = 0;
for (const engine of engines) {
  const server = await startOwn(engine);
  const protocol = engine === 'postgres' ? 'postgres' : 'mysql';
  const url = dsn(protocol, ordinary(server));
  const watcher = { protocol, session: await open(protocol, admin(server)) };
  try {
    for (const mode of Object.keys(freezeModes)) {
      const counts = new Map();
      for (const moment of freezePlan(Number(countText), Number(seedText), 15_000)) {
        const outcome = await outcomeOf(url, mode, moment, server, watcher);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        if (outcome.startsWith('NOT')) {
          missed += 1;
          console.log(`${engine}, ${mode}: ${outcome} (for ${moment.forMs} ms after ${moment.atMs} ms)`);
        }
        await sleep(300);
      }
      console.log(`${engine}, ${mode}: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
    }
  } finally {
    await watcher.session.end();
    await server.stop();
  }
}
console.log(missed === 0 ? 'Noticed or harmless in all.' : `${missed} not noticed.`);
process.exitCode = missed === 0 ? 0 : 1;
