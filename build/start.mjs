// What `poolctl size` needs, and what logs in to a server, are a hundred small modules, and Node takes half a millisecond to
// load one. This puts them together by what needs them. Each module stays where it was, as a file that hands on what it
// exports: whatever imports it has the same classes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { nodeSnippets, sameUrls } from './bundle.mjs';
import { licensesOf } from './licenses.mjs';

const doors = [
  ...['base/io.js', 'main.js'],
  ...['commands/size.js', 'commands/size/answer.js', 'size/size.js', 'views/size.js', 'render/clean-view.js'],
  'render/terminal.js',
  ...['commands/inspect.js', 'inspect/inspect.js', 'engines/open.js'],
  ...['engines/postgres/server.js', 'engines/mysql/server.js', 'drivers/mysql2/driver.js', 'profiles/limits.js'],
];

/** What `size` loads only where it is asked for a driver or a snippet: in files of its own. */
const ofDriver = ['commands/size/driver.js', 'views/driver.js', 'emit/run.js', ...nodeSnippets];

/** Entries whose programs load nothing that they do not need. */
const small = ['entries/monitor.js'];

/** Packages that go with them, whole: a driver of a hundred small files as well. */
const packages = ['commander', 'mysql2'];

/** The file that a module goes to: a program that uses the library loads no command line, and one driver alone. */
function fileOf(module, dist) {
  const [folder, name] = module.split('/');
  switch (folder) {
    case 'main.js':
      return 'program';
    case 'commands':
      if (name === 'index.js' || name === 'inspect.js') return name === 'index.js' ? 'program' : 'target';
      return reachesServers(module, dist) ? 'size-input' : 'size';
    case 'cli':
      return reachesServers(module, dist) ? 'target' : 'cli';
    case 'engines':
      return name === 'postgres' || name === 'mysql' ? name : 'engines';
    case 'drivers':
      return name === 'mysql2' ? 'mysql-load' : 'load';
    case 'render':
      return name === 'terminal.js' || name === 'style.js' ? 'terminal' : folder;
    case 'base':
    case 'profiles':
      return folder;
    case 'inspect':
      return 'engines';
    case 'views':
      return 'size';
    default:
      return 'model';
  }
}

/** `simulate` and others use the flags of `size`, and no server. */
function reachesServers(module, dist) {
  return reachedFrom([module], dist).some((one) => one.startsWith('engines/'));
}

const packageOf = (id) => (id.includes('/node_modules/commander/') ? 'commander' : 'mysql2');

export async function bundleStart(dist) {
  const kept = reachedFrom(small, dist);
  const modules = reachedFrom([...doors, ...ofDriver], dist).filter((name) => !kept.includes(name));
  const others = reachedFrom(doors, dist);
  const ofCommand = (module) => (/^(?:commands|views)\//.test(module) ? 'driver' : 'emit');
  const groupOf = (module) => (others.includes(module) ? fileOf(module, dist) : ofCommand(module));
  const bundle = await rolldown({
    input: Object.fromEntries(modules.map((name) => [name.replace(/\.js$/, ''), join(dist, name)])),
    platform: 'node',
    external: (id, importer) => /^[^./]/.test(id) && !packages.includes(id) && !importer?.includes('/node_modules/'),
    plugins: [othersBeside(dist, modules), sameUrls(dist), startsNoProgram],
    preserveEntrySignatures: 'allow-extension',
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.generate({
    entryFileNames: '[name].js',
    chunkFileNames: 'start/[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: (id) => (id.startsWith(dist) ? groupOf(relative(dist, id)) : packageOf(id)), debugName: 'start' },
      ],
    },
  });
  await bundle.close();
  mkdirSync(join(dist, 'start'));
  for (const { fileName, code } of output) writeFileSync(join(dist, fileName), code);
  writeFileSync(join(dist, 'start/LICENSES'), licensesOf(output.flatMap(({ moduleIds }) => moduleIds)));
}

/** Modules of dist/ that are loaded with these. */
function reachedFrom(doors, dist) {
  const reached = new Set(doors);
  for (const name of reached) {
    const imports = readFileSync(join(dist, name), 'utf8').matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)'/gm);
    for (const [, target] of imports) reached.add(join(dirname(name), target));
  }
  return [...reached];
}

/** Modules that are loaded later stay files of their own. What is written in start/ is one folder below dist/. */
const othersBeside = (dist, modules) => ({
  name: 'others-beside',
  resolveId: {
    filter: { id: /^\./ },
    handler(id, importer) {
      const name = importer?.startsWith(dist) && relative(dist, join(dirname(importer), id));
      return name && !modules.includes(name) ? { id: `../${name}`, external: true } : undefined;
    },
  },
});

/** commander starts programs where subcommands are files of their own. poolctl has none, and Node takes some ms to load what would. */
const startsNoProgram = {
  name: 'starts-no-program',
  resolveId: {
    filter: { id: /^node:child_process$/ },
    handler: (_, importer) =>
      importer?.includes('/node_modules/commander/') ? join(dirname(importer), 'child_process.js') : undefined,
  },
  load: { filter: { id: /commander\/lib\/child_process\.js$/ }, handler: () => 'module.exports = {};' },
};
