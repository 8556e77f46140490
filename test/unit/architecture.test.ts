import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/**
 * What each folder of src imports, types and dynamic imports included: folders, then packages. Files at the top of src are
 * folders of their own. The order is the order of the floors: a folder imports only what stands above it here. The table is
 * the graph itself, so a new edge is a word here, on purpose, in the same change.
 */
const imports: Readonly<Record<string, readonly string[]>> = {
  base: ['node:diagnostics_channel', 'node:fs', 'node:inspector', 'node:worker_threads'],
  embedded: [
    'base',
    'node:child_process',
    'node:crypto',
    'node:events',
    'node:fs',
    'node:module',
    'node:net',
    'node:os',
    'node:path',
    'node:timers/promises',
  ],
  render: ['base', 'chalk', 'cli-table3', 'get-east-asian-width'],
  stats: ['base', 'node:buffer', 'node:zlib'],
  engines: ['base', 'stats', 'node:events', 'node:net', 'node:os', 'node:path', 'mysql2', 'pg'],
  monitor: ['base', 'stats', 'node:async_hooks', 'node:events', 'node:fs/promises', 'node:path', 'node:perf_hooks'],
  queueing: ['base', 'stats'],
  scalability: ['base', 'stats'],
  documents: ['base', 'queueing', 'valibot', 'yaml'],
  measurements: ['base', 'stats', 'monitor', 'documents', 'valibot'],
  diagnose: ['base', 'measurements'],
  pools: [
    'base',
    'documents',
    'monitor',
    'node:child_process',
    'node:crypto',
    'node:events',
    'node:fs/promises',
    'node:net',
    'node:os',
    'node:path',
    'node:util',
    'mysql2',
    'pg',
    'valibot',
  ],
  drivers: ['base', 'engines', 'node:module', 'node:net', 'node:path', 'mysql2', 'pg'],
  traffic: ['stats', 'queueing'],
  simulate: ['base', 'stats', 'queueing', 'traffic'],
  size: ['base', 'queueing', 'documents', 'traffic', 'simulate', 'valibot'],
  index: ['base', 'stats', 'queueing', 'size'],
  profiles: ['base', 'documents', 'size', 'node:fs', 'node:util', 'valibot'],
  declarations: [
    'base',
    'size',
    'profiles',
    '@oxc-project/types',
    '@rgrove/parse-xml',
    'oxc-parser',
    'toml-eslint-parser',
    'yaml',
  ],
  budget: ['base', 'queueing', 'documents', 'size', 'declarations', 'node:module', 'valibot'],
  inspect: ['base', 'engines', 'profiles'],
  watch: ['base', 'stats', 'engines', 'monitor', 'documents', 'pools', 'node:timers/promises', 'valibot'],
  serve: ['base', 'engines', 'pools', 'render', 'watch', 'node:crypto', 'node:http', 'node:net', 'node:stream'],
  alerts: ['base', 'profiles', 'watch', 'yaml'],
  doctor: ['base', 'engines', 'inspect', 'node:dns/promises', 'node:fs', 'node:net'],
  emit: ['base', 'size', 'profiles', 'declarations', 'yaml'],
  enforce: ['base', 'budget', 'emit'],
  measure: [
    'base',
    'stats',
    'engines',
    'queueing',
    'documents',
    'measurements',
    'diagnose',
    'inspect',
    'node:timers/promises',
    'valibot',
  ],
  recommend: ['base', 'stats', 'queueing', 'documents', 'measurements', 'measure', 'size', 'profiles', 'valibot'],
  demand: [
    'base',
    'stats',
    'queueing',
    'documents',
    'measure',
    'size',
    'profiles',
    'alerts',
    'recommend',
    'node:fs',
    'node:http',
    'node:https',
    'node:path',
    'valibot',
  ],
  lint: [
    'base',
    'documents',
    'profiles',
    'declarations',
    'budget',
    'node:child_process',
    'node:crypto',
    'node:fs',
    'node:path',
    'node:v8',
    'ignore',
    'valibot',
  ],
  fleet: [
    'base',
    'documents',
    'engines',
    'size',
    'profiles',
    'demand',
    'declarations',
    'budget',
    'lint',
    'node:fs',
    'node:path',
    'valibot',
  ],
  cli: [
    'base',
    'documents',
    'render',
    'engines',
    'traffic',
    'profiles',
    'emit',
    'node:fs',
    'node:path',
    'node:tls',
    'commander',
  ],
  convert: ['base', 'size', 'profiles', 'declarations', 'emit'],
  probe: [
    'base',
    'stats',
    'engines',
    'queueing',
    'scalability',
    'documents',
    'drivers',
    'traffic',
    'size',
    'inspect',
    'measure',
    'node:crypto',
    'node:events',
    'node:net',
    'node:os',
    'node:perf_hooks',
    'node:timers/promises',
    'node:worker_threads',
    'valibot',
    'yaml',
  ],
  entries: [
    'base',
    'stats',
    'engines',
    'measurements',
    'diagnose',
    'monitor',
    'queueing',
    'scalability',
    'drivers',
    'traffic',
    'simulate',
    'size',
    'profiles',
    'alerts',
    'declarations',
    'budget',
    'inspect',
    'watch',
    'doctor',
    'emit',
    'enforce',
    'measure',
    'recommend',
    'lint',
    'fleet',
    'convert',
    'pools',
    'probe',
    'serve',
  ],
  views: [
    'base',
    'render',
    'stats',
    'engines',
    'scalability',
    'simulate',
    'size',
    'profiles',
    'declarations',
    'budget',
    'inspect',
    'doctor',
    'measurements',
    'diagnose',
    'watch',
    'measure',
    'recommend',
    'demand',
    'lint',
    'fleet',
    'convert',
    'probe',
    'chalk',
  ],
  mcp: [
    'base',
    'profiles',
    'cli',
    '@modelcontextprotocol/sdk/server/index.js',
    '@modelcontextprotocol/sdk/server/stdio.js',
    '@modelcontextprotocol/sdk/types.js',
    'commander',
    'node:buffer',
    'node:child_process',
    'node:fs',
    'node:module',
    'node:net',
    'node:os',
    'node:path',
    'node:stream',
    'node:url',
    'node:worker_threads',
  ],
  commands: [
    'base',
    'embedded',
    'render',
    'stats',
    'engines',
    'measurements',
    'diagnose',
    'queueing',
    'pools',
    'traffic',
    'simulate',
    'size',
    'profiles',
    'alerts',
    'declarations',
    'inspect',
    'doctor',
    'emit',
    'enforce',
    'watch',
    'measure',
    'recommend',
    'budget',
    'demand',
    'lint',
    'fleet',
    'cli',
    'convert',
    'probe',
    'serve',
    'views',
    'mcp',
    'node:fs',
    'node:os',
    'node:path',
    'node:util',
    'commander',
  ],
  playground: ['base', 'render', 'simulate', 'size', 'cli', 'commands', 'node:crypto'],
  main: ['base', 'cli', 'commands', 'commander'],
  'mcp-thread': ['base', 'mcp', 'main', 'node:worker_threads'],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const textOf = (name: string) => readFileSync(join(src, name), 'utf8');
const folderOf = (name: string) => (name.split('/')[0] ?? name).replace(/\.ts$/, '');

/** What a file imports, as paths from src or names of packages. */
function importsOf(name: string): string[] {
  const text = textOf(name);
  const found = [
    ...text.matchAll(/^(?:import|export)\s[\w\s{},*]*?from '([^']+)'/gm),
    ...text.matchAll(/\bimport\('([^']+)'\)/g),
  ];
  const targets = found.map(([, target = '']) => (target.startsWith('.') ? join(dirname(name), target) : target));
  return [...new Set(targets)].filter((target) => !target.startsWith('..'));
}

const graph = new Map(files.map((name) => [name, importsOf(name)]));

/** A way from a file back to itself; undefined where there is none. */
function circleIn(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of edges.get(name) ?? []) {
      const circle = walk(next, [...way, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const circle = walk(name, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('the folders', () => {
  it('import what the table says: no more, and nothing that is only allowed', () => {
    const folders = [...new Set(files.map(folderOf))];
    const found = Object.fromEntries(
      folders.map((folder) => {
        const targets = files
          .filter((name) => folderOf(name) === folder)
          .flatMap((name) => graph.get(name) ?? [])
          .map((target) => (graph.has(target) ? folderOf(target) : target));
        return [folder, [...new Set(targets)].filter((target) => target !== folder).sort()];
      }),
    );
    const table = Object.fromEntries(Object.entries(imports).map(([folder, targets]) => [folder, [...targets].sort()]));
    expect(found).toEqual(table);
  });

  it('import only from the floors below their own', () => {
    const order = Object.keys(imports);
    const upward = order.flatMap((folder, floor) =>
      (imports[folder] ?? []).filter((target) => order.indexOf(target) >= floor).map((target) => [folder, target]),
    );
    expect(upward).toEqual([]);
  });
});

it('has no circle among its files, types and dynamic imports included', () => {
  expect(circleIn(graph)).toBeUndefined();
});

/** What every command file exports; see CommandFile. */
const ofEveryCommand: ReadonlySet<string> = new Set(['configure', 'examples']);

/** Twins say the same of one driver or engine each: drivers/{pg,mysql2}/explain.ts, stats/{mysql,postgres}-columns.ts. */
const twinOf = (name: string) => name.replace(/mysql2|postgres|mysql|pg/g, '*');

/** A target is one export named as its file, and a rule one in camel case: the registry is a list of those names. */
const isTarget = (name: string, word: string) =>
  /^(?:emit\/targets|lint\/rules)\//.test(name) && name.replaceAll('-', '').endsWith(`/${word.toLowerCase()}.ts`);

it('declares no exported name in two places', () => {
  const places = new Map<string, string[]>();
  for (const name of files) {
    const declared = textOf(name).matchAll(
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm,
    );
    for (const [, word = ''] of declared) {
      if (!ofEveryCommand.has(word) && !isTarget(name, word)) places.set(word, [...(places.get(word) ?? []), name]);
    }
  }
  const twice = [...places].filter(([, where]) => new Set(where.map(twinOf)).size > 1);
  expect(Object.fromEntries(twice)).toEqual({});
});

/** Compresses by zlib, as the format demands. */
const hdrEncoding = 'stats/hdr/hdr-encoding.ts';

it('keeps the maths pure: no clock, no randomness, no environment', () => {
  const impure = files
    .filter((name) => name !== hdrEncoding)
    .filter((name) => /^(?:stats|queueing|scalability|size)\//.test(name))
    .filter((name) => /\bDate\b|Math\.random|process\.|performance\b|node:/.test(textOf(name)));
  expect(impure).toEqual([]);
});

it('prints nothing from the middle and never ends the process: only io.ts knows process, and pools/process.ts in an application', () => {
  const knows = files
    .filter((name) => !/^(?:emit\/(?:targets|parts)|enforce)\//.test(name)) // there, what is written for others does
    .filter((name) => /console\.(log|error)\(|process\.(exit|stdout|stderr|stdin|env|argv)/.test(textOf(name)));
  expect(knows).toEqual(['base/io.ts', 'pools/process.ts']);
});

it('reads no wall clock in tests: only what talks to a real server or process may', () => {
  const tests = fileURLToPath(new URL('../', import.meta.url));
  const looks = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?:unit|cli)\/.*\.test\.ts$/.test(name) && name !== 'unit/architecture.test.ts')
    .map((name) => ({ name, text: readFileSync(join(tests, name), 'utf8') }))
    .filter(({ text }) => /(?:performance|Date)\.now\(\) - /.test(text) && !text.includes('useFakeTimers'))
    .map(({ name }) => name);
  expect(looks).toEqual([]);
});
