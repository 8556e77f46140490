import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.ts';

/** What each folder of src holds; files at its top are folders of their own. */
const holds: Readonly<Record<string, string>> = {
  base: 'what every folder may import: errors and their codes, warnings, units, text, pool notation, deadlines, `Io`',
  stats: 'estimates with intervals, special functions, quantiles; `hdr/` the histogram',
  queueing:
    'the model: waits, predictions, smallest pool, split, retries; `laws/` distributions, `fit/` figures to a law',
  scalability: 'the universal scalability law and its fit to measured points',
  engines: 'a server: DSN, target, session, facts, counters; `postgres/`, `mysql/` (with the dialect of MariaDB)',
  monitor:
    "`instrument`: what an application's pool does; `adapters/` (one file a library), `recording/` the flight recorder",
  pools: 'pools to many databases: entries, leases, queue, budget, health, circuit; `drivers/` to open a connection',
  render: 'a view to a table, Markdown, charts; `html/`',
  embedded: 'a throw-away PostgreSQL',
  documents: "reading poolctl's own JSON",
  measurements: 'what users measured: samples, histograms, traces, recordings',
  diagnose: 'a recording to the cause of its waits, with evidence',
  drivers: 'a pool under load: `pg/`, `mysql2/`, with the same file names in each',
  traffic: 'laws of arrivals, samplers of hold times and values, random streams; for `simulate` and `probe`',
  simulate: 'the discrete-event simulator and its scenarios',
  size: '`sizePool`: load, formula, budget, outlook, warnings; `because/` the steps of `--explain`, `warnings/`',
  profiles: 'schemas and loader of the data in `profiles/`',
  inspect: 'what a server lets in: budget, poolers, time limits',
  declarations:
    'the pool that a file declares; `formats/`, `readers/` (one a system), `code/` JavaScript and TypeScript, `python/`, `terraform/`',
  budget: 'what all services of a server take together, and how its connections are best divided',
  fleet: 'a fleet in files, its lock, and what changed since a commit: `lock/`, `since/`, `init/`',
  measure: 'counters and samples to a load',
  recommend:
    'a week of a pool to keep, raise or lower; `inputs/` (one file a kind of file), `causes/` that no size cures',
  demand: 'what metrics say that a pool is asked for: Prometheus, files of it, OTLP, CloudWatch',
  watch: 'targets looked at again and again: looks, marks, growth, alarms; `looks/` (one file a kind of server)',
  serve: 'what `watch --listen` serves over HTTP: metrics, health, the status of pools, events, `page/`',
  alerts: 'alert rules for Prometheus: `rules/` (one file each), `scenarios/` that test them, `write/` the formats',
  doctor: 'the checks of `doctor`, in `checks/`',
  emit: 'config snippets; `targets/` (one file each), `parts/` they share, `merge/` into an existing file',
  enforce: 'quotas where they are enforced: one file a place, such as `sql.ts`, `admission-policy.ts`',
  convert: 'a declared pool to snippets, and what is lost on the way',
  lint: 'rules over what files declare and do: `rules/` (one file each), `flow/`, findings to suppress and fix',
  cli: 'what commands share: options, input, output, progress, consent; `completion/`',
  probe:
    '`control/`, `plan/`, `run/`, `load/`, `workload/`, `modes/`, `pooler/`, `shards/`, `jobs/`, `analyse/` of a probe',
  views: 'results to views; `probe/`, `html/`',
  mcp: 'the server of `poolctl mcp`: tools, what they may touch, what they answer, resources',
  commands: 'one file a command; a folder beside it where reading its flags takes more',
  index: 'the library entry `poolctl`',
  entries: 'the other entries of the library: `poolctl/model`, `poolctl/probe` and so on',
  playground:
    'the page of `playground`: its core (flags in, the JSON of `size` and `simulate` out), form, program and markup',
  main: '`main(argv, io)`: the program, and errors to exit codes',
  'mcp-thread': 'one call of `poolctl mcp`, in a thread of its own',
};

const src = `${root}src/`;

/** The folders of src by floor: each imports only from floors below its own. */
export function floors(): { floor: number; folder: string; holds: string }[] {
  const graph = folderGraph();
  const floorOf = (folder: string): number =>
    1 + Math.max(0, ...[...(graph.get(folder) ?? [])].map((below) => floorOf(below)));
  const missing = [...graph.keys()].filter((folder) => holds[folder] === undefined);
  if (missing.length > 0) throw new Error(`Say in ${import.meta.filename} what src/${missing.join(', src/')} holds.`);
  return Object.entries(holds)
    .filter(([folder]) => graph.has(folder))
    .map(([folder, text]) => ({ floor: floorOf(folder), folder, holds: text }))
    .sort((a, b) => a.floor - b.floor);
}

/** Which folders each folder imports from, types and dynamic imports included. */
function folderGraph(): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))) {
    const folder = folderOf(name);
    const found = graph.get(folder) ?? new Set();
    graph.set(folder, found);
    for (const [, target = ''] of readFileSync(join(src, name), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      const imported = folderOf(join(dirname(name), target));
      if (imported !== folder && !imported.startsWith('..')) found.add(imported);
    }
  }
  return graph;
}

const folderOf = (name: string) => (name.split('/')[0] ?? name).replace(/\.ts$/, '');
