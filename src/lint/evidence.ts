import { posix } from 'node:path';
import { mayUseLibrary } from '../declarations/code/prefilter.ts';
import type { ProjectFiles } from './project.ts';

/** What code does with a pool or a connection that it has from another file. */
const uses =
  /\.(?:connect|query|execute|getConnection|acquire|release|reserve|\$?transaction|startTransaction|begin|beginTransaction|createQueryRunner|manager|raw|unsafe|\$queryRaw|\$executeRaw|selectFrom|select|insert|update|delete)\b|\bsql`/;
const imported = /(?:\bfrom|\bimport|\brequire)\s{0,9}\(?\s{0,99}['"](\.{1,2}(?:\/[^'"\n]*)?)['"]/g;

const mostHops = 3;
const mostFiles = 200;

/**
 * Tells of files of code whether they may speak of a database library: by their own text, or through relative imports of
 * files that do. Nothing is parsed for it.
 */
export function libraryEvidence(files: ProjectFiles): (path: string, text: string) => boolean {
  const known = new Map<string, boolean>();
  const speaks = (path: string, text: string) => {
    const found = known.get(path) ?? mayUseLibrary(text);
    known.set(path, found);
    return found;
  };
  return (path, text) => {
    if (speaks(path, text)) return true;
    if (!uses.test(text)) return false;
    let reached = new Map([[path, text]]);
    const seen = new Set([path]);
    for (let hop = 0; hop < mostHops; hop += 1) {
      const next = new Map<string, string>();
      for (const [from, code] of reached) {
        for (const target of importsOf(from, code, files)) {
          if (seen.has(target) || seen.size >= mostFiles) continue;
          seen.add(target);
          const there = files.read(target);
          if (there === undefined) continue;
          if (speaks(target, there)) return true;
          next.set(target, there);
        }
      }
      reached = next;
    }
    return false;
  };
}

function importsOf(path: string, text: string, files: ProjectFiles): string[] {
  return [...text.matchAll(imported)].flatMap(([, specifier = '']) => {
    const base = posix.join(posix.dirname(path), specifier);
    if (base.startsWith('..')) return [];
    const found = candidatesFor(base).find((file) => files.read(file) !== undefined);
    return found === undefined ? [] : [found];
  });
}

const endings = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'];

/** Where an import may lead: TypeScript writes `./db.js` for db.ts, and a folder has an index. */
function candidatesFor(base: string): string[] {
  const [, stem = base, ending] = /^(.*)\.([cm]?jsx?)$/.exec(base) ?? [];
  if (ending !== undefined) return [`${stem}.${ending.replace('j', 't')}`, base];
  if (/\.[cm]?tsx?$/.test(base)) return [base];
  return [...endings.map((end) => base + end), ...endings.map((end) => `${base}/index${end}`)];
}
