import type { Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { hasOneCaller } from '../flow/short-lived.ts';
import { type CallNode, isCall, methodCall, propertyOf } from '../flow/syntax.ts';
import { holdersOf, usesOf } from '../flow/uses.ts';
import { atPool, libraryOf } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A pool of pg without a listener for errors: an idle connection that dies ends the process. */
export const poolErrorHandlerMissing: Rule = {
  severity: 'warn',
  *checkCode(code) {
    if (hasOneCaller(code.file)) return;
    for (const pool of code.pools) {
      // The others listen themselves; a pool that a function makes may be gone before a connection idles.
      if (pool.library !== 'pg' || (pool.lives !== 'module' && pool.lives !== 'instance')) continue;
      const made = callAt(code, pool);
      if (!made || isHandled(code, made)) continue;
      yield {
        ...atPool(pool, 'error'),
        message: `Nothing listens for errors of this pool of ${libraryOf(pool)}.`,
        expected: "a listener: pool.on('error', …)",
        consequence:
          'When the server ends an idle connection, as a restart or a failover does, the pool emits an error that nobody takes, and Node.js ends the process.',
        fix: "Add pool.on('error', (error) => log(error)); the pool itself drops the connection.",
      };
    }
  },
};

function callAt({ file }: AnalysedCode, { place }: DeclaredPool): CallNode | undefined {
  let found: CallNode | undefined;
  walk(file.program, (node) => {
    if (found || node.start > place.start || node.end < place.end) return false;
    if (isCall(node) && node.start === place.start && node.end === place.end) found = node;
    return true;
  });
  return found;
}

/** A listener in this file, or somebody who gets the pool and may add one. */
function isHandled(code: AnalysedCode, made: CallNode): boolean {
  const { file } = code;
  const uses = usesOf(file, holdersOf(file, made));
  if (uses.passed.some(({ call }) => mayListen(call, code))) return true;
  let isListened = false;
  walk(file.program, (node) => {
    const called = isCall(node) ? methodCall(node) : undefined;
    if (!isCall(node) || !called || !/^(?:on|once|addListener|prependListener)$/.test(called.method)) return;
    const [event] = node.arguments;
    const isError = event?.type === 'Literal' && event.value === 'error';
    if (isError && (called.object === made || mayBePool(called.object, code))) isListened = true;
  });
  return isListened;
}

function mayBePool(object: Node, code: AnalysedCode): boolean {
  const known = code.libraryObject(object);
  return known
    ? known.kind === 'pool' || known.kind === 'module'
    : object.type !== 'Identifier' || /pool|db|client/i.test(object.name);
}

/** Libraries that run statements on a pool and leave its errors to others; whoever else gets it may listen. */
const silent = /^(?:drizzle|Kysely|PostgresDialect|NodePgDriver)$/;

function mayListen({ callee }: CallNode, code: AnalysedCode): boolean {
  const name = callee.type === 'Identifier' ? callee.name : (propertyOf(callee) ?? '');
  return !silent.test(name) && code.libraryObject(callee)?.library !== 'drizzle-orm';
}
