// Counts what `poolctl lint` finds in checkouts of public repositories: one line a rule.
// node test/bench/lint-sweep.mjs FOLDER [RULE] [--audit] – a folder with a checkout in each of its folders; after `npm run build`.
// --audit counts what lint keeps silent because only names suggest it. With a rule it prints each finding of that rule, to be judged by hand. Takes a second a checkout, and runs nothing of them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/poolctl', import.meta.url));
const isAudit = process.argv.includes('--audit');
const [folder, wanted] = process.argv.slice(2).filter((word) => word !== '--audit');
if (folder === undefined) {
  console.error('Which folder? node test/bench/lint-sweep.mjs FOLDER [RULE] [--audit]');
  process.exit(2);
}

/** The findings of one checkout. */
function findingsIn(checkout) {
  const args = [program, 'lint', '--format', 'json', '--fail-on', 'never', ...(isAudit ? ['--audit'] : []), '.'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`${checkout}: exit code ${status}\n${stderr}`);
  return JSON.parse(stdout).result.findings;
}

const root = resolve(folder);
const checkouts = readdirSync(root, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
const counts = new Map();
for (const { name } of checkouts) {
  for (const { rule, severity, place, message } of findingsIn(join(root, name))) {
    const key = `${severity}\t${rule}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (rule === wanted) console.log(`${name} ${place.file}:${place.line} ${message}`);
  }
}
console.log(`${checkouts.length} checkouts`);
for (const [key, count] of [...counts].sort()) console.log(`${key}\t${count}`);
