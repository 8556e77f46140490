// Makes dist/: compiled code, that of lint and of logging in in few files, the shipped profiles as JSON, and the type declarations that a
// program can reach; the man page and the completion scripts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLint } from './bundle.mjs';
import { writeManual } from './man.mjs';
import { minifyEntry } from './minify.mjs';
import { writePlayground } from './playground.mjs';
import { bundleStart } from './start.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], {
  cwd: root,
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
await writeProfiles();
await writeManual(dist);
removeUnreachedTypes();
await writePlayground();
await bundleLint(dist);
await bundleStart(dist);
minifyEntry(dist, 'entries/monitor.js');

/** Every shipped profile as JSON, which spares a start the YAML parser. A mistake in one fails the build. */
async function writeProfiles() {
  const { kinds, profileIds } = await import('../dist/profiles/files.js');
  const { parseShipped } = await import('../dist/profiles/shipped.js');
  const { parseRulePage } = await import('../dist/profiles/rule-page.js');
  const { rulePageIds } = await import('../dist/profiles/rule-pages.js');
  const pages = join(dist, 'profiles/data/rules');
  mkdirSync(pages, { recursive: true });
  for (const id of rulePageIds()) {
    const text = readFileSync(join(root, 'profiles/rules', `${id}.yaml`), 'utf8');
    writeFileSync(join(pages, `${id}.json`), JSON.stringify(parseRulePage(id, text)));
  }
  const { parseSymptoms } = await import('../dist/profiles/symptoms.js');
  writeFileSync(join(dist, 'profiles/data/symptoms.json'), JSON.stringify(await parseSymptoms()));
  const { parseLintFacts } = await import('../dist/profiles/lint-facts.js');
  writeFileSync(join(dist, 'profiles/data/lint-facts.json'), JSON.stringify(await parseLintFacts()));
  const { besideOptions } = await import('../dist/profiles/driver.js');
  const optionsOf = (profile) =>
    Object.fromEntries(Object.entries(profile).filter(([key]) => !besideOptions.includes(key)));
  const drivers = Object.fromEntries(profileIds('drivers').map((id) => [id, optionsOf(parseShipped('drivers', id))]));
  writeFileSync(join(dist, 'profiles/data/all-drivers.json'), JSON.stringify(drivers));
  for (const kind of kinds) {
    const folder = join(dist, 'profiles/data', kind);
    mkdirSync(folder, { recursive: true });
    for (const id of profileIds(kind)) {
      writeFileSync(join(folder, `${id}.json`), JSON.stringify(parseShipped(kind, id)));
    }
  }
}

/** Keeps the declarations of the package's entries and of what they import. */
function removeUnreachedTypes() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const left = Object.values(exports).flatMap(({ types }) => (types ? [resolve(root, types)] : []));
  const reached = new Set();
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()["'](\.[^"']+)\.[jt]s["']/g)) {
      left.push(resolve(dirname(file), `${target}.d.ts`));
    }
  }
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = join(dist, name);
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}
