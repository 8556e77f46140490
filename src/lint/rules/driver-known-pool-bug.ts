import { isInRange } from '../../base/version-order.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { Advisory } from '../../profiles/advisory.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { atNode } from '../flow/places.ts';
import { hasOneCaller } from '../flow/short-lived.ts';
import { type CallNode, isCall, methodCall } from '../flow/syntax.ts';
import { whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** Code that meets a known bug of the library's version: profiles/advisories. */
export const driverKnownPoolBug: Rule = {
  severity: 'warn',
  *checkCode(code, context) {
    if (hasOneCaller(code.file)) return;
    for (const advisory of context.facts.advisories) {
      const version = context.versionOf(advisory.package);
      if (version === undefined || !isInRange(version, advisory.affected)) continue;
      const met = firstCall(advisory, code);
      if (!met) continue;
      const { call, pool } = met;
      yield {
        ...atNode(code.file, call),
        severity: advisory.severity,
        message: `${advisory.title} (${advisory.package} ${version}).`,
        expected:
          advisory.fixedIn === undefined
            ? 'no version has the fix yet'
            : `${advisory.package} ${advisory.fixedIn} or newer`,
        consequence: `${advisory.text}${pool ? ` ${whenTaken(pool, context.profiles)} this way, the process serves nobody.` : ''}`,
        fix: `${advisory.fixedIn === undefined ? '' : `Update to ${advisory.fixedIn}. `}${advisory.advice} See ${advisory.threads.join(', ')}.`,
      };
    }
  },
};

/** The first call in the file that has the shape; one report a file is enough. */
function firstCall(
  { shape, package: name }: Advisory,
  code: AnalysedCode,
): { call: CallNode; pool?: DeclaredPool } | undefined {
  let found: { call: CallNode; pool?: DeclaredPool } | undefined;
  walk(code.file.program, (node) => {
    if (found) return false;
    if (!isCall(node)) return true;
    const called = methodCall(node);
    if (called?.method !== shape.call) return true;
    const object = code.libraryObject(called.object);
    if (object?.kind !== shape.of || !isOf(object.library, name)) return true;
    const { pool } = object;
    if (!hasDriver(pool, shape.drivers) || !hasOption(pool, shape.option)) return true;
    found = { call: node, ...(pool && { pool }) };
    return false;
  });
  return found;
}

function isOf(library: string, name: string): boolean {
  return library === name || library.startsWith(`${name}/`);
}

function hasDriver(pool: DeclaredPool | undefined, drivers: readonly string[] | undefined): boolean {
  return drivers === undefined || (pool !== undefined && drivers.includes(pool.driver ?? pool.library));
}

function hasOption(pool: DeclaredPool | undefined, option: string | undefined): boolean {
  if (option === undefined) return true;
  const given = pool?.options.find(({ name }) => name === option || name.endsWith(`.${option}`));
  return given !== undefined && !(given.value.kind === 'known' && !given.value.value);
}
