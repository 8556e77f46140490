import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import { root } from './run.ts';

const { exports: entries } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Readonly<Record<string, { readonly default?: string }>>;
};

/** The entries of the library with the file in src that each comes from: `poolctl/probe`, src/probe/index.ts. */
const sources: ReadonlyMap<string, string> = new Map(
  Object.entries(entries).flatMap(([name, { default: built }]) =>
    built ? [[name.replace('.', 'poolctl'), built.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')] as const] : [],
  ),
);

const modules: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map(
  await Promise.all(
    [...sources].map(async ([entry, source]) => [entry, { ...(await import(`${root}${source}`)) }] as const),
  ),
);

/** What each entry has beside types, by name. */
export const exportedFunctions = [...modules].map(([entry, found]) => ({ entry, names: Object.keys(found).sort() }));

/** Whether an example asks a server, or is handed what does, so that it is compiled but not run. */
export const asksServer = (code: string) =>
  code.includes('process.env') || /^import type .* from 'typeorm';$/m.test(code);

type AsyncBody = (modules: unknown, console: unknown) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => AsyncBody;

/** An example of the library with what its `console.log(…); // …` lines print now. */
export async function renewExample(code: string): Promise<string> {
  if (asksServer(code)) return code;
  const logged: string[] = [];
  const body = code
    .replace(/^import \{([^}]*)\} from '([^']*)';$/gm, "const {$1} = modules.get('$2');")
    .replace(/^import (\w+) from '([^']*)';$/gm, "const { default: $1 } = modules.get('$2');")
    .replaceAll(' as const', '');
  await new AsyncFunction('modules', 'console', body)(modules, {
    log: (...values: unknown[]) => logged.push(format(...values)),
  });
  const shown = /^(\s*console\.log\(.*\);)(?: \/\/ .*)?$/gm;
  const lines = code.match(shown)?.length ?? 0;
  if (lines !== logged.length)
    throw new Error(`${lines} lines of an example print, but ${logged.length} were printed.`);
  return code.replace(shown, (_line, call: string) => `${call} // ${logged.shift()}`);
}

/** What a strict compiler says of examples against the sources; nothing where all is well. */
export async function compile(examples: readonly string[]): Promise<string[]> {
  const folder = `node_modules/.cache/poolctl-docs-${process.pid}`;
  mkdirSync(`${root}${folder}`, { recursive: true });
  try {
    for (const [index, example] of examples.entries()) writeFileSync(`${root}${folder}/example-${index}.ts`, example);
    const paths = Object.fromEntries([...sources].map(([entry, source]) => [entry, [`${root}${source}`]]));
    const compilerOptions = {
      noEmit: true,
      declaration: false,
      rootDir: root,
      paths,
      noUnusedLocals: false,
      noPropertyAccessFromIndexSignature: false,
    };
    const config = { extends: `${root}tsconfig.json`, compilerOptions, include: ['.'] };
    writeFileSync(`${root}${folder}/tsconfig.json`, JSON.stringify(config));
    const output = await tsc(['-p', folder]);
    return output.split('\n').filter((line) => line.includes('poolctl-docs-') || line.startsWith('error'));
  } finally {
    rmSync(`${root}${folder}`, { recursive: true });
  }
}

function tsc(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(`${root}node_modules/.bin/tsc`, args, { cwd: root }, (_error, stdout) => resolve(stdout));
  });
}
