import type { CodeHost } from '../declarations/code/code-host.ts';
import { modulesOf } from '../declarations/code/modules.ts';
import { evidenceIn, type TextEvidence } from '../declarations/code/prefilter.ts';

/** What code does with a pool or a connection that it has from another file. */
const uses =
  /\.(?:connect|query|execute|getConnection|acquire|release|reserve|\$?transaction|startTransaction|begin|beginTransaction|createQueryRunner|manager|raw|unsafe|\$queryRaw|\$executeRaw|selectFrom|select|insert|update|delete)\b|\bsql`/;
/** What hands on what another file has: `export … from`, `module.exports = require(…)`. */
const handedOn =
  /(?:\bexport\s{0,9}(?:type\s{1,9})?(?:\{[^{}'"]{0,9000}\}|\*[^'"\n;*]{0,300})\s{0,9}from|\bmodule\.exports\s{0,9}=\s{0,9}require\s{0,9}\()\s{0,99}['"]([^'"\n]{1,300})['"]/g;

const mostHops = 3;
const mostFiles = 200;

/**
 * Tells of files of code whether they may speak of a database library: by their own text, or because a file of the project
 * that they import does, or hands on what such a file has. Nothing is parsed for it.
 */
export function libraryEvidence(host: CodeHost): (path: string, text: string) => boolean {
  const known = new Map<string, TextEvidence>();
  const evidenceOf = (path: string, text: string) => {
    const found = known.get(path) ?? evidenceIn(text, path);
    known.set(path, found);
    return found;
  };
  const { resolve } = modulesOf(host);
  const filesOf = (specifiers: readonly string[], path: string) =>
    specifiers.flatMap((specifier) => resolve(specifier, path) ?? []);
  const sources = new Map<string, readonly string[]>();
  const sourcesOf = (path: string, text: string) => {
    const found = sources.get(path) ?? filesOf(handedOnIn(text), path);
    sources.set(path, found);
    return found;
  };
  return (path, text) => {
    const own = evidenceOf(path, text);
    if (own.namesLibrary) return true;
    if (!uses.test(text)) return false;
    let reached = new Map([[path, text]]);
    const seen = new Set([path]);
    for (let hop = 0; hop < mostHops; hop += 1) {
      const next = new Map<string, string>();
      for (const [from, code] of reached) {
        for (const target of hop === 0 ? filesOf(own.imports, from) : sourcesOf(from, code)) {
          if (seen.has(target) || seen.size >= mostFiles) continue;
          seen.add(target);
          const there = host.read(target);
          if (there === undefined) continue;
          if (evidenceOf(target, there).namesLibrary) return true;
          next.set(target, there);
        }
      }
      reached = next;
    }
    return false;
  };
}

function handedOnIn(text: string): string[] {
  return Array.from(text.matchAll(handedOn), ([, specifier = '']) => specifier);
}
