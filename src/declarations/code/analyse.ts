import type { DeclaredPool } from '../declared-pool.ts';
import type { Resolved } from '../value.ts';
import type { CodeFile, Node } from './code-file.ts';
import type { CodeHost } from './code-host.ts';
import { exportedPools } from './config-exports.ts';
import { type CodeNote, declaredBy, isMaking } from './declare.ts';
import { exportedBy } from './libraries/index.ts';
import type { LibraryObject } from './library-object.ts';
import { mayMake, mayMakePool } from './makers.ts';
import { modulesOf } from './modules.ts';
import { ownLimits } from './own-wrappers.ts';
import type { FunctionValue } from './values/abstract.ts';
import { baseObject } from './values/bases.ts';
import { makeEvaluator } from './values/evaluator.ts';
import { moduleObject } from './values/libraries.ts';
import { alternativesOf, firstOfKind } from './values/make.ts';
import { once } from './values/objects.ts';
import { resolvedOf } from './values/resolved.ts';
import { walk } from './walk.ts';

/** A function of the project, with the file that has its text. */
export interface FoundFunction {
  readonly fn: FunctionValue['node'];
  readonly file: CodeFile;
}

/** What a file of code says of pools. Everything is worked out when it is first asked for, and bounded. */
export interface CodeAnalysis {
  readonly pools: readonly DeclaredPool[];
  readonly notes: readonly CodeNote[];
  /**
   * What an expression, a parameter or a binding is: `pool`, `this.pool`, `db.pool`, `await pool.connect()`, the `client`
   * of `(err, client) => …`, an import from a file of the project. Undefined where nothing proves that it is of a library.
   * `inFile` is where the expression stands, if that is another file that an answer named.
   */
  libraryObject(expression: Node, inFile?: CodeFile): LibraryObject | undefined;
  /**
   * The function of the project that an expression is: of this file, of one that it imports, or a method of an injected
   * class. `inFile` as above.
   */
  functionOf(expression: Node, inFile?: CodeFile): FoundFunction | undefined;
  /** The package that an expression comes from, over files of the project: `stripe` of `payments.refunds.create`. */
  packageOf(expression: Node, inFile?: CodeFile): string | undefined;
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
  const unjudged: CodeNote[] = [];
  const pools = once(() => {
    const made = madePools();
    const [only, second] = made;
    if (!only || second || !/\b(?:bound|take)[A-Z]\w+\(/.test(file.text)) return made;
    const isQueueBounded = ownLimits(file).some(({ concept }) => concept === 'queueLimit');
    return isQueueBounded ? [{ ...only, isQueueBounded }] : made;
  });
  function madePools(): readonly DeclaredPool[] {
    const found: DeclaredPool[] = [];
    if (!mayMakePool(file.text)) return exportedPools(module, evaluator, unjudged);
    walk(file.program, (node) => {
      if (!isMaking(node)) return;
      const callee = 'callee' in node ? node.callee : node.superClass;
      if (!callee || !mayMake(callee, module)) return;
      for (const target of alternativesOf(evaluator.evaluate(callee, frame))) {
        if (target.kind !== 'external' || !exportedBy(target)?.makes) continue;
        const args = 'callee' in node ? node.arguments.map((argument) => evaluator.evaluate(argument, frame)) : [];
        found.push(...declaredBy(node, target, args, frame, evaluator, unjudged));
      }
    });
    return found.length > 0 ? found : exportedPools(module, evaluator, unjudged);
  }
  const frameIn = (inFile = file) => {
    const within = inFile === file ? module : module.project.open(inFile.path);
    return within && { module: within, hops: 0 };
  };
  return {
    get pools() {
      return pools();
    },
    get notes() {
      const partly = pools().flatMap(({ place, made, opaque }) =>
        opaque === undefined ? [] : [{ place, text: `${made}: not every option can be seen: ${opaque}` }],
      );
      return [...partly, ...unjudged];
    },
    libraryObject(expression, inFile) {
      const within = frameIn(inFile);
      if (!within) return undefined;
      const value = evaluator.evaluate(expression, within);
      const object = firstOfKind(value, 'library')?.object;
      if (object) return object;
      const made = firstOfKind(value, 'instance') ?? firstOfKind(value, 'class');
      const base = made && baseObject(made, evaluator);
      if (base) return base.object;
      const external = firstOfKind(value, 'external');
      return external && moduleObject(external);
    },
    functionOf(expression, inFile) {
      const within = frameIn(inFile);
      const found = within && firstOfKind(evaluator.evaluate(expression, within), 'function');
      return found && { fn: found.node, file: found.frame.module.file };
    },
    packageOf(expression, inFile) {
      const within = frameIn(inFile);
      const values = within ? alternativesOf(evaluator.evaluate(expression, within)) : [];
      return values.flatMap(
        (value) => ((value.kind === 'external' || value.kind === 'unknown') && value.package) || [],
      )[0];
    },
    valueOf: (expression) => resolvedOf(evaluator.evaluate(expression, frame)),
  };
}
