// Writes what a runtime is given: the snippet as TypeScript and as JavaScript, and as JavaScript the case of
// test/live/emit/cases that knows its pool, and the worker that checks it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { runnerImport } from 'vite';
import { built, root } from '../probe-truth/shared.mjs';

const { emitSnippet } = await built('emit/run');
const here = fileURLToPath(new URL('.', import.meta.url));
const common = `${root}test/live/emit/cases/`;

const onNode = readdirSync(common)
  .sort()
  .map((file) => ({ name: file.slice(0, -'.ts'.length), file: join(common, file) }));
const onBunAlone = { name: 'bun-sql', file: join(here, 'bun-sql.ts'), runtimes: ['bun'] };
const sources = [...onNode, onBunAlone];

export const caseNames = sources.map(({ name }) => name);
export const settings = { connectionLimit: 3, queueLimit: 2, acquireTimeoutMs: 500, connectTimeoutMs: 10_000 };

export async function openWorkshop(names) {
  const folders = new Set();
  const cases = [];
  for (const { file, name, runtimes } of sources.filter((source) => names.includes(source.name))) {
    const { default: found } = (await runnerImport(file)).module;
    // Beside the packages that it is for.
    const beside = found.folder === undefined ? 'test' : `test/packages/${found.folder}`;
    const folder = `${root}${beside}/.snippets/bench-${process.pid}`;
    mkdirSync(folder, { recursive: true });
    folders.add(folder);
    await bundle(file, join(folder, `${name}.case.js`));
    await bundle(join(here, 'worker.mjs'), join(folder, 'worker.js'));
    for (const [path, text] of Object.entries(found.files ?? {})) await writeFile(join(folder, path), text);
    for (const engine of ['postgres', 'mariadb'].filter((each) => found.engines.includes(each))) {
      for (const language of ['ts', 'js']) {
        const { text } = await emitSnippet(found.target, settings, { engine, language });
        writeFileSync(join(folder, `${found.target}-${engine}.${language}`), text);
      }
    }
    cases.push({ ...found, name, runtimes, folder });
  }
  const close = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', close);
  return {
    cases,
    close,
    prepare: ({ name, target, folder, doesNotSurvive }, engine, { language }) => ({
      ...{ folder, doesNotSurvive },
      worker: 'worker.js',
      args: [`./${name}.case.js`, `./${target}-${engine}.${language}`],
    }),
  };
}

async function writeFile(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (path.endsWith('.ts')) await bundle(path, path.replace(/ts$/, 'js'));
}

/** Written in TypeScript. */
const own = readdirSync(`${root}test/packages`);

/** One file of JavaScript; packages are imported. */
async function bundle(input, file) {
  const isPackage = (id) => !id.startsWith('.') && !isAbsolute(id) && !own.includes(id);
  const made = await rolldown({ input, external: isPackage, platform: 'node', logLevel: 'warn' });
  await made.write({ file, format: 'esm' });
  await made.close();
}
