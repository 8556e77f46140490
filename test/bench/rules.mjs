// The rules of `poolctl rules` in a real Prometheus, which scrapes the metrics of three pools every second: one that is
// full for 30 s of every 4 minutes, one whose connections leak, one that is too small. The first must raise nothing; the
// others must be loud, and it prints after how long. 9 minutes. Needs the build, and Debian's Prometheus from the cache of
// the tests or apt-get: npm run build && node test/bench/rules.mjs
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { promtoolProgram } = await helper('promtool');
const { freePort } = (await runnerImport(`${root}src/embedded/port.ts`)).module;

const seconds = 540;
const begin = Date.now();
const age = () => (Date.now() - begin) / 1_000;
const limit = 10;

/** In use, waiting and timeouts by the age of the exporter in seconds. */
const pools = {
  bursts: (t) => (t % 240 > 60 && t % 240 < 90 ? [limit, 6, 0] : [2, 0, 0]),
  leaking: (t) => (t < 60 ? [2, 0, 0] : t < 120 ? [2 + Math.floor((t - 60) / 7.5), 0, 0] : [limit, 5, 0]),
  small: (t) => (t < 60 ? [4, 0, 0] : [limit, 4, Math.floor((t - 60) / 2)]),
};

const exporter = createServer((_request, response) => {
  const rows = Object.entries(pools).flatMap(([pool, course]) => {
    const [used, waiting, timeouts] = course(age());
    const values = { active: used, max: limit, pending: waiting, timeout_total: timeouts };
    return Object.entries(values).map(([name, value]) => `hikaricp_connections_${name}{pool="${pool}"} ${value}`);
  });
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end(`${rows.join('\n')}\n`);
}).listen(0, '127.0.0.1');
await once(exporter, 'listening');

const folder = mkdtempSync(join(tmpdir(), 'poolctl-rules-'));
execFileSync(process.execPath, [
  `${root}bin/poolctl`,
  ...['rules', '--for', 'hikaricp-micrometer', '--scrape-interval', '1s', '-o', join(folder, 'rules.yml')],
]);
const target = `127.0.0.1:${exporter.address().port}`;
writeFileSync(
  join(folder, 'prometheus.yml'),
  `global: { scrape_interval: 1s, evaluation_interval: 5s }
rule_files: [rules.yml]
scrape_configs: [{ job_name: shop, static_configs: [{ targets: ['${target}'] }] }]
`,
);
const port = await freePort();
const [command, ...args] = await promtoolProgram('prometheus');
const prometheus = spawn(
  command,
  [
    ...args,
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
let log = '';
prometheus.stderr.on('data', (bytes) => {
  log = `${log}${bytes}`.slice(-4_000);
});
const ended = once(prometheus, 'exit');

/** When each alert of each pool first fired. */
const fired = new Map();
async function look() {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`).catch(() => undefined);
  if (!answer?.ok) return;
  const { data } = await answer.json();
  for (const { labels, state, annotations } of data.alerts) {
    const key = `${labels.pool} ${labels.alertname} ${labels.severity}`;
    if (state !== 'firing' || fired.has(key)) continue;
    fired.set(key, Math.round(age()));
    console.log(`${Math.round(age())} s: ${key}: ${annotations.summary}`);
  }
}

const expected = [
  'leaking DatabasePoolNearlyFull warning',
  'leaking DatabasePoolNearlyFull critical',
  'leaking DatabasePoolRequestsWait warning',
  'small DatabasePoolNearlyFull warning',
  'small DatabasePoolNearlyFull critical',
  'small DatabasePoolRequestsWait warning',
  'small DatabasePoolTimeouts warning',
];
try {
  while (age() < seconds && prometheus.exitCode === null) {
    await look();
    await sleep(1_000);
  }
  if (prometheus.exitCode !== null) throw new Error(log);
  const missing = expected.filter((key) => !fired.has(key));
  const wrong = [...fired.keys()].filter((key) => !expected.includes(key));
  console.log(`missing: ${missing.join(', ') || 'none'}; wrong: ${wrong.join(', ') || 'none'}`);
  process.exitCode = missing.length + wrong.length === 0 ? 0 : 1;
} finally {
  prometheus.kill();
  await ended;
  exporter.close();
  rmSync(folder, { recursive: true, force: true });
}
