import type { DeclaredPool } from '../declared-pool.ts';
import type { SourceSpan } from '../source-span.ts';
import type { Resolved } from '../value.ts';
import type { CodeFile, Node } from './code-file.ts';
import type { CodeHost } from './code-host.ts';
import { declaredBy, isMaking } from './declare.ts';
import { exportedBy } from './libraries/index.ts';
import type { LibraryObject } from './library-object.ts';
import { modulesOf } from './modules.ts';
import { baseObject } from './values/bases.ts';
import { makeEvaluator } from './values/evaluator.ts';
import { moduleObject } from './values/libraries.ts';
import { alternativesOf, firstOfKind } from './values/make.ts';
import { once } from './values/objects.ts';
import { resolvedOf } from './values/resolved.ts';
import { walk } from './walk.ts';

/** Something that could not be followed, for `--explain`. */
export interface CodeNote {
  readonly place: SourceSpan;
  readonly text: string;
}

/** What a file of code says of pools. Everything is worked out when it is first asked for, and bounded. */
export interface CodeAnalysis {
  readonly pools: readonly DeclaredPool[];
  readonly notes: readonly CodeNote[];
  /**
   * What an expression, a parameter or a binding is: `pool`, `this.pool`, `db.pool`, `await pool.connect()`, the `client`
   * of `(err, client) => …`, an import from a file of the project. Undefined where nothing proves that it is of a library.
   */
  libraryObject(expression: Node): LibraryObject | undefined;
  /** The number, text or boolean that an expression comes to. */
  valueOf(expression: Node): Resolved;
}

/**
 * Reads what a file of code says of pools. Imports are followed for three hops through `host`, which keeps what it has
 * parsed: a host is for one run, while no file changes. Nothing of the project is run.
 */
export function analyseCode(file: CodeFile, host: CodeHost): CodeAnalysis {
  const module = modulesOf(host).adopt(file);
  const evaluator = makeEvaluator();
  const frame = { module, hops: 0 };
  const pools = once(() => {
    const found: DeclaredPool[] = [];
    walk(file.program, (node) => {
      if (!isMaking(node)) return;
      const callee = 'callee' in node ? node.callee : node.superClass;
      for (const target of callee ? alternativesOf(evaluator.evaluate(callee, frame)) : []) {
        if (target.kind !== 'external' || !exportedBy(target)?.makes) continue;
        const args = 'callee' in node ? node.arguments.map((argument) => evaluator.evaluate(argument, frame)) : [];
        found.push(...declaredBy(node, target, args, frame, evaluator));
      }
    });
    return found;
  });
  return {
    get pools() {
      return pools();
    },
    get notes() {
      return pools().flatMap(({ place, made, opaque }) =>
        opaque === undefined ? [] : [{ place, text: `${made}: not every option can be seen: ${opaque}` }],
      );
    },
    libraryObject(expression) {
      const value = evaluator.evaluate(expression, frame);
      const object = firstOfKind(value, 'library')?.object;
      if (object) return object;
      const made = firstOfKind(value, 'instance') ?? firstOfKind(value, 'class');
      const base = made && baseObject(made, evaluator);
      if (base) return base.object;
      const external = firstOfKind(value, 'external');
      return external && moduleObject(external);
    },
    valueOf: (expression) => resolvedOf(evaluator.evaluate(expression, frame)),
  };
}
