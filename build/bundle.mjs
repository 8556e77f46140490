// `poolctl lint` and `fleet` are hundreds of small modules, packages included, and Node takes about a millisecond to load one.
// This puts them together, and those of convert: lint starts three times as fast.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.mjs';

/** What is in the bundle alone, by folders of dist/. */
const bundled = ['lint', 'commands/lint', 'views/lint', 'fleet', 'commands/fleet', 'commands/init', 'views/fleet'];
/** What leads to it: each becomes a file that reaches what it needs of the bundle. */
const entries = [
  ...['commands/lint', 'commands/fleet', 'commands/init', 'entries/eslint', 'entries/fleet'],
  ...['convert/run', 'views/converted-driver'],
];
/** The most usual snippets, whose parts most others for Node have too. */
export const nodeSnippets = ['emit/targets/pg.js', 'emit/targets/mysql2.js'];
/** What a run loads together: convert, and for a driver that it knows; lint always, and where something has changed since the last one; fleet. */
const loadedTogether = {
  convert: ['convert/run.js'],
  driver: ['convert/driver.js', 'views/converted-driver.js'],
  node: nodeSnippets,
  start: ['commands/lint.js', 'commands/lint/run.js', 'views/lint/json.js'],
  judge: ['commands/lint/judge-files.js'],
  fleet: ['commands/fleet/run.js', 'fleet/read-fleet.js', 'budget/judge-fleet.js', 'budget/allocate.js'],
};
/** `main` tells a PoolctlError by its class, and an option is made by the commander that reads it. */
const shared = ['base/errors.js', 'cli/options.js'];

/** Replaces the entries of lint and fleet by ones that reach a few files in dist/lint/. */
export async function bundleLint(dist) {
  const groups = Object.entries(loadedTogether).map(([name, files]) => ({ name, ids: new Set(), files }));
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(dist, `${name}.js`)])),
    platform: 'node',
    external: ['chalk'],
    preserveEntrySignatures: 'allow-extension',
    plugins: [nativeParser, sharedWithMain(dist), sameUrls(dist), reachedBy(groups, dist)],
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.generate({
    entryFileNames: '[name].js',
    chunkFileNames: 'lint/[name].js',
    minify: true,
    codeSplitting: {
      groups: groups.map(({ name, ids }) => ({ name, test: (id) => ids.has(id) })),
      includeDependenciesRecursively: false,
    },
  });
  await bundle.close();
  for (const folder of bundled) removeCode(join(dist, folder));
  mkdirSync(join(dist, 'lint'), { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(dist, fileName), code);
  writeFileSync(join(dist, 'lint/LICENSES'), licensesOf(output.flatMap(({ moduleIds }) => moduleIds)));
}

/** The types stay, where an entry of the package reaches them. */
function removeCode(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.js')) rmSync(join(folder, name));
  }
}

/** Of oxc-parser, only what finds and loads its native part stays in its package. */
const nativeParser = {
  name: 'native-parser',
  resolveId: {
    filter: { id: /\/bindings\.js$/ },
    handler: (_, importer) =>
      importer?.includes('/node_modules/oxc-parser/')
        ? { id: 'oxc-parser/src-js/bindings.js', external: true }
        : undefined,
  },
};

const sharedWithMain = (dist) => ({
  name: 'shared-with-main',
  resolveId: {
    filter: { id: /\/(?:errors|options)\.js$/ },
    handler(id, importer) {
      const name = relative(dist, join(dirname(importer), id));
      return shared.includes(name) ? { id: `../${name}`, external: true } : undefined;
    },
  },
});

/** Modules find data beside them by their URL. Every file that is written is one folder below dist/. */
export const sameUrls = (dist) => ({
  name: 'same-urls',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, id) =>
      id.startsWith(dist)
        ? code.replaceAll('import.meta.url', `new URL('../${relative(dist, id)}', import.meta.url).href`)
        : undefined,
  },
});

/** Puts the modules that each group's files import into it, but for those of the groups before. */
const reachedBy = (groups, dist) => ({
  name: 'reached-by',
  buildEnd() {
    const known = new Set();
    for (const { ids, files } of groups) {
      const left = files.map((file) => join(dist, file));
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const module = known.has(id) ? undefined : this.getModuleInfo(id);
        if (!module || module.isExternal) continue;
        known.add(id);
        ids.add(id);
        left.push(...module.importedIds);
      }
    }
  },
});
