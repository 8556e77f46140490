// How soon `poolctl inspect` says that a server lets nobody in, beside a script of the bare driver (pg, mysql2): from the
// start of the process to the first word of its error, by turns. At most 1.3 times the script's. 3 minutes. Needs the
// build: npm run build && node test/bench/refusals.mjs [rounds]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { runnerImport } from 'vite';

const [rounds = 21] = process.argv.slice(2).map(Number);
const mostRatio = 1.3;
const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { dsn, ordinary } = await helper('sessions');
const { startOwn } = await helper('servers/own-server');
const programs = [[`${root}bin/poolctl`, 'inspect'], [fileURLToPath(new URL('refusals/bare.mjs', import.meta.url))]];

/** Until the first word of the error; the process has to fail. */
async function errorMs(args, env) {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  const [bytes] = await Promise.race([once(child.stderr, 'data'), ended.then(() => [''])]);
  const ms = performance.now() - start;
  const [exitCode] = await ended;
  if (exitCode === 0 || String(bytes) === '') throw new Error(`${args.join(' ')} ended with ${exitCode}, and no error`);
  return { ms, text: String(bytes).split('\n')[0] };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const table = new Table({
  head: ['server', 'case', 'poolctl ms', 'driver ms', 'ratio', 'poolctl says'],
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
});
let missed = 0;

async function beside(place, { url, tls = {} }) {
  const { poolctl = '', bare } = tls;
  const envs = [{ DATABASE_URL: `${url}${poolctl}` }, { DATABASE_URL: url, ...(bare && { BARE_TLS: bare }) }];
  const times = [[], []];
  let said = '';
  for (let round = 0; round <= rounds; round += 1) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const { ms, text } = await errorMs(programs[index], envs[index]);
      // The first warms the caches of the disk.
      if (round > 0) times[index].push(ms);
      if (index === 0) said = text;
    }
  }
  const [mine, bares] = times.map(median);
  const ratio = mine / bares;
  if (ratio > mostRatio) missed += 1;
  table.push([
    ...place,
    mine.toFixed(0),
    bares.toFixed(0),
    `${ratio.toFixed(2)}${ratio > mostRatio ? ' ✗' : ''}`,
    said,
  ]);
}

/** A server without TLS is asked for it, and one with a certificate of its own is asked for one that can be trusted. */
for (const [engine, protocol, off] of [
  ['postgres', 'postgres', { ssl: 'off' }],
  ['mariadb', 'mysql', undefined],
]) {
  const server = await startOwn(engine);
  const login = ordinary(server);
  const url = dsn(protocol, login);
  try {
    await beside([engine, 'refused'], { url: dsn(protocol, { ...login, port: 1 }) });
    await beside([engine, 'unknown host'], { url: dsn(protocol, { ...login, host: 'no-such-host.invalid' }) });
    // The server has TLS, which poolctl takes where it is to be had.
    const tls = { bare: 'unchecked' };
    await beside([engine, 'wrong password'], { url: dsn(protocol, { ...login, password: 'wrong' }), tls });
    await beside([engine, 'untrusted certificate'], { url, tls: { poolctl: '?sslmode=verify-full', bare: 'checked' } });
    if (!off) continue;
    const plain = await startOwn(engine, off);
    const asked = { poolctl: '?sslmode=require', ...tls };
    await beside([engine, 'no TLS'], { url: dsn(protocol, ordinary(plain)), tls: asked }).finally(() => plain.stop());
  } finally {
    await server.stop();
  }
}
console.log(`${rounds} rounds by turns on Node ${process.version}; medians`);
console.log(table.toString());
console.log(missed === 0 ? `All within ${mostRatio} times the driver's own.` : `${missed} beyond ${mostRatio}: ✗`);
process.exitCode = missed === 0 ? 0 : 1;
