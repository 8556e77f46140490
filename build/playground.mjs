// The page of `poolctl playground`: what size and simulate are made of, for a browser. The code is that of the commands. What
// a page has no use for is left out, and what the commands read from files stands in it as data.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { nodeMath } from './node-math.mjs';
import { profilesOfPage } from './playground-data.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const src = join(root, 'src');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What leads to a file, a DSN or a server of the user's: each export refuses. */
const refused = {
  'cli/input': ['readInput', 'readText'],
  'commands/size/from': ['readFrom'],
  'commands/size/live': ['liveServer'],
  'commands/size/measurements': ['readSamples', 'readHistogram', 'readTrace'],
};
/** What only those lead to. */
const unreached = [
  'measurements/recording',
  'diagnose/recorded-load',
  'diagnose/diagnose',
  'diagnose/replay-warnings',
  'engines/target',
  'profiles/pool',
  'profiles/shipped',
  'views/measured-demand',
];
/** What writes snippets and knows of drivers, servers and platforms; the core of size and simulate is what is left. */
export const besideCore = ['profiles/compiled', 'emit/run', 'emit/driver-of', 'emit/targets/index'];

/** Bundles a file of src/ for a browser, without the modules of `leftOut`. */
export async function bundleForBrowser(entry, { leftOut = [] } = {}) {
  const bundle = await rolldown({
    input: join(src, entry),
    platform: 'browser',
    plugins: [
      nodeMath(join(src, 'playground/elementary.ts')),
      standIns({ ...(await modulesOfData()), ...modulesOfRefusal(), ...emptyModules([...unreached, ...leftOut]) }),
    ],
    checks: { ineffectiveDynamicImport: false },
    ...(leftOut.length > 0 && { shimMissingExports: true, logLevel: 'silent' }),
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'core', minify: true, codeSplitting: false });
  await bundle.close();
  const [{ code, imports }] = output;
  return { code, imports };
}

/** Writes dist/playground/pool.html, and removes what it was made of. */
export async function writePlayground() {
  const { code } = await bundleForBrowser('playground/app.ts');
  const folder = join(root, 'dist/playground');
  const { playgroundPage } = await import('../dist/playground/page.js');
  const page = playgroundPage({
    script: code,
    packed: gzipSync(code, { level: 9 }).toString('base64'),
    version,
  });
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'pool.html'), page);
}

/** Modules of src/ by their path without an ending, and the text to take for each. */
function standIns(texts) {
  return {
    name: 'stand-ins',
    load(id) {
      const name = relative(src, id).replace(/\.ts$/, '');
      return Object.hasOwn(texts, name) ? { code: texts[name], moduleType: 'js' } : undefined;
    },
  };
}

const emptyModules = (names) => Object.fromEntries(names.map((name) => [name, 'export {};']));

function modulesOfRefusal() {
  const refuse = JSON.stringify(join(src, 'playground/not-here.ts'));
  return Object.fromEntries(
    Object.entries(refused).map(([name, exported]) => [
      name,
      exported.map((one) => `export { refuseOnPage as ${one} } from ${refuse};`).join('\n'),
    ]),
  );
}

/** The modules that read files, with what they would have read. */
async function modulesOfData() {
  const profiles = await profilesOfPage();
  return {
    'base/version': `export const packageVersion = () => ${JSON.stringify(version)};`,
    'cli/file-exists': 'export const fileExists = () => false;',
    'cli/project/read': 'export const readProject = () => ({});',
    'commands/size/declared-server': 'export const declaredServer = () => undefined;',
    'cli/project/find': 'export const findProjectFile = () => undefined; export const hasPart = () => false;',
    'profiles/files': `const ids = ${JSON.stringify(Object.fromEntries(Object.entries(profiles).map(([kind, of]) => [kind, Object.keys(of)])))};
export const kinds = Object.keys(ids);
export const profileIds = (kind) => ids[kind] ?? [];
export const profileText = () => '';
export const profileTitle = () => '';`,
    'profiles/compiled': `const profiles = ${JSON.stringify(profiles)};
export const compiledProfile = (kind, id) => profiles[kind]?.[id];`,
  };
}
