import type { CodeHost } from '../declarations/code/code-host.ts';
import { modulesOf } from '../declarations/code/modules.ts';
import { evidenceIn, type TextEvidence } from '../declarations/code/prefilter.ts';

/** What code does with a pool or a connection that it has from another file. */
const uses =
  /\.(?:connect|query|execute|getConnection|acquire|release|reserve|\$?transaction|startTransaction|begin|beginTransaction|createQueryRunner|manager|raw|unsafe|\$queryRaw|\$executeRaw|selectFrom|select|insert|update|delete)\b|\bsql`/;
/** What hands on what another file has: `export … from`, `module.exports = require(…)`. */
const handedOn =
  /(?:\bexport\s{0,9}(?:type\s{1,9})?(?:\{[^{}'"]{0,9000}\}|\*[^'"\n;*]{0,300})\s{0,9}from|\bmodule\.exports\s{0,9}=\s{0,9}require\s{0,9}\()\s{0,99}['"]([^'"\n]{1,300})['"]/g;

/** Files that may stand between the one that is imported and the one that names a library. */
const mostHops = 2;
/** A file that hands on more is followed no further than this. */
const mostHandedOn = 200;

/**
 * Tells of files of code whether they may speak of a database library: by their own text, or because a file of the project
 * that they import does, or hands on what such a file has. Nothing is parsed for it.
 */
export function libraryEvidence(host: CodeHost): (path: string, text: string) => boolean {
  const { resolve } = modulesOf(host);
  const known = new Map<string, TextEvidence>();
  const evidenceOf = (path: string, text: string) => {
    const found = known.get(path) ?? evidenceIn(text, path);
    known.set(path, found);
    return found;
  };
  const filesOf = (specifiers: readonly string[], path: string) =>
    specifiers.flatMap((specifier) => resolve(specifier, path) ?? []);
  /** By the number of files that may still stand between. */
  const answers = Array.from({ length: mostHops + 1 }, () => new Map<string, boolean>());
  const mayGive = (path: string, hops: number): boolean => {
    const answer = answers[hops]?.get(path) ?? givesNow(path, hops);
    answers[hops]?.set(path, answer);
    return answer;
  };
  const givesNow = (path: string, hops: number) => {
    const text = host.read(path);
    if (text === undefined) return false;
    const { namesLibrary, mayHandOn } = evidenceOf(path, text);
    if (namesLibrary || hops === 0 || !mayHandOn) return namesLibrary;
    const handed = filesOf(handedOnIn(text), path).slice(0, mostHandedOn);
    return handed.some((target) => mayGive(target, hops - 1));
  };
  return (path, text) => {
    const { namesLibrary, imports } = evidenceOf(path, text);
    return namesLibrary || (uses.test(text) && filesOf(imports, path).some((target) => mayGive(target, mostHops)));
  };
}

function handedOnIn(text: string): string[] {
  return Array.from(text.matchAll(handedOn), ([, specifier = '']) => specifier);
}
