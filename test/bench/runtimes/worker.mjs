// Runs in the runtime under test, in one file of JavaScript: opens the pool of a snippet and checks it.
import { checks, ofQueueLimit, timed } from './checks.mjs';

const { url, engine, settings, skip } = JSON.parse(process.env.CONTROL);
const [caseFile, snippetFile] = process.argv.slice(2);
const ask = async (path, told) => {
  const body = told && { method: 'POST', body: JSON.stringify(told) };
  const response = await fetch(`${url}${path}`, body);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
};
const tell = (told) => ask('/tell', told);
const patienceMs = 20_000;
const late = new Error(`no answer within ${patienceMs / 1_000} s`);

const printed = [];
for (const method of ['error', 'warn', 'log']) console[method] = (...args) => void printed.push(args.join(' '));
process.on('warning', (warning) => printed.push(String(warning)));

const { default: snippetCase } = await import(caseFile);
const { DB_HOST: host, DB_PORT: port } = process.env;
const pool = await snippetCase.open(await import(snippetFile), engine, { host, port: Number(port) });

for (const [check, work] of Object.entries(checks)) {
  if (skip.includes(check) || (ofQueueLimit.includes(check) && !snippetCase.refused)) continue;
  await tell({ starts: check });
  try {
    await tried(timed.includes(check) ? 5 : 1, () => work({ pool, snippetCase, engine, settings, printed, ask }));
    await tell({ check });
  } catch (error) {
    await tell({ check, reason: String(error?.message ?? error).split('\n')[0] });
  }
}
await tell({ starts: 'ends' });
await within(pool.end());
await tell({ isEnded: true });

async function tried(times, work) {
  try {
    return await within(work());
  } catch (error) {
    if (times === 1 || error === late) throw error;
    return tried(times - 1, work);
  }
}

/** What hangs is a failure of that check, and the next are run all the same. */
async function within(work) {
  let timer;
  const patience = new Promise((_resolve, reject) => {
    timer = setTimeout(reject, patienceMs, late);
  });
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}
