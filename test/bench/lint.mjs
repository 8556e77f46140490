// `poolctl lint` beside oxlint (default rules) and ESLint 10 with one plugin, on one generated tree, in turns, so that the
// machine's mood hits all alike. Takes about two minutes and needs nothing but a build (`npm run build`). The budget: 2,000
// files cold in at most 1.0 times oxlint's wall time, cached in at most 0.4 times; 7,400 files below 300 MB; the prefilter
// of 2,000 files below 100 ms of CPU beyond reading.
// Run: node test/bench/lint.mjs [rounds]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { treeOf } from './lint-tree.mjs';

const rounds = Number(process.argv[2] ?? 7);
const root = fileURLToPath(new URL('../../', import.meta.url));
const poolctl = join(root, 'bin/poolctl');
const folder = mkdtempSync(join(tmpdir(), 'poolctl-bench-lint-'));

const small = write(join(folder, 'small'), 2_000);
const large = write(join(folder, 'large'), 7_400);
console.log(
  `${small.files.length} files, ${(small.bytes / 1e6).toFixed(1)} MB, ${small.database} of them with a database library`,
);

writeFileSync(
  join(small.path, 'eslint.config.mjs'),
  `import poolctl from ${JSON.stringify(join(root, 'dist/entries/eslint.js'))};
import * as parser from ${JSON.stringify(join(root, 'test/bench/lint-parser.mjs'))};
export default [{ files: ['**/*.ts'], languageOptions: { parser }, ...poolctl.configs.recommended }];
`,
);

const node = process.execPath;
const cache = join(folder, 'cache');
const cases = {
  'poolctl lint, cold': [node, [poolctl, 'lint', '--fail-on', 'never', '--format', 'json']],
  'poolctl lint --cache': [node, [poolctl, 'lint', '--fail-on', 'never', '--format', 'json', '--cache', cache]],
  'oxlint, default rules': [node, [join(root, 'node_modules/oxlint/bin/oxlint'), '-f', 'json']],
  'eslint 10, poolctl/eslint': [node, [join(root, 'node_modules/eslint/bin/eslint.js'), '-f', 'json', '.']],
};
const times = new Map(Object.keys(cases).map((name) => [name, []]));
for (let round = -1; round < rounds; round += 1) {
  for (const [name, [program, args]] of Object.entries(cases)) {
    // ESLint takes many seconds: one round of it tells enough.
    if (name.startsWith('eslint') && round !== 0) continue;
    const started = performance.now();
    const { status, stderr } = spawnSync(program, args, { cwd: small.path, maxBuffer: 1e9, encoding: 'utf8' });
    const taken = performance.now() - started;
    if (status !== 0 && status !== 1) throw new Error(`${name} ended with ${status}: ${stderr.slice(0, 2_000)}`);
    // The first round fills the caches of the system, and of poolctl.
    if (round >= 0) times.get(name).push(taken);
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const oxlint = times.get('oxlint, default rules');
console.log(`\n${'wall time'.padEnd(28)} ${'median'.padStart(8)} ${'of oxlint'.padStart(10)}`);
for (const [name, list] of times) {
  // Each run beside the run of oxlint in the same round.
  const ratio = median(list.map((time, round) => time / oxlint[round]));
  console.log(`${name.padEnd(28)} ${`${Math.round(median(list))} ms`.padStart(8)} ${ratio.toFixed(2).padStart(10)}`);
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code for another process
const rss = 'data:text/javascript,process.on("exit",()=>process.stderr.write(`rss ${process.resourceUsage().maxRSS}`))';
const { stderr } = spawnSync(node, ['--import', rss, poolctl, 'lint', '--fail-on', 'never', '--format', 'json'], {
  ...{ cwd: large.path, maxBuffer: 1e9, encoding: 'utf8' },
});
const memory = Number(/rss (\d+)/.exec(stderr)?.[1]) / 1_024;
console.log(
  `\n${large.files.length} files (${(large.bytes / 1e6).toFixed(0)} MB): at most ${memory.toFixed(0)} MB of memory`,
);

const { mayUseLibrary } = await import(join(root, 'dist/declarations/code/prefilter.js'));
const texts = small.files.map((file) => readFileSync(file, 'utf8'));
const cpuMs = [];
for (let round = 0; round < 11; round += 1) {
  const before = process.cpuUsage();
  const kept = texts.filter((text) => mayUseLibrary(text)).length;
  const { user, system } = process.cpuUsage(before);
  cpuMs.push((user + system) / 1_000);
  if (round === 0) console.log(`the prefilter keeps ${kept} of ${texts.length} files`);
}
console.log(`prefilter: ${median(cpuMs).toFixed(0)} ms of CPU (the first time ${cpuMs[0].toFixed(0)} ms)`);
rmSync(folder, { recursive: true });

/** Writes a tree of that many files. */
function write(path, count) {
  const tree = treeOf(count);
  for (const [file, text] of tree) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  const code = [...tree].filter(([file]) => file.endsWith('.ts'));
  return {
    path,
    files: code.map(([file]) => join(path, file)),
    bytes: code.reduce((sum, [, text]) => sum + text.length, 0),
    database: code.filter(([, text]) => /'(?:pg|mysql2\/promise|typeorm)'/.test(text)).length,
  };
}
