import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { type Hold, holdsIn } from '../flow/holds.ts';
import { variableAt } from '../flow/names.ts';
import { atNode } from '../flow/places.ts';
import { bare, type CallNode, isFunction, methodCall } from '../flow/syntax.ts';
import type { Rule } from '../rule.ts';

/** Several statements at once on one connection, which runs them one after the other. */
export const promiseAllSingleConnection: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code, context) {
    for (const hold of holdsIn(code, context)) {
      for (const { call } of hold.calls) {
        if (!startsSeveral(hold, call, code.file)) continue;
        const isManaged = hold.role === 'managed' || hold.role === 'transaction' || hold.library.startsWith('mysql');
        yield {
          ...atNode(code.file, call),
          ...(isManaged ? { severity: 'info' as const } : {}),
          message: 'These statements are started together on one connection, which runs them one after the other.',
          expected: 'await one statement after the other',
          consequence: consequence(hold),
          fix: 'Await them in order, in one function or a loop.',
          related: [{ place: code.file.spanOf(hold.taken), message: 'the connection is taken here' }],
        };
      }
    }
  },
};

/** `Promise.all` over two or more uses of the connection, or over a `map` that uses it. */
function startsSeveral(hold: Hold, call: CallNode, file: CodeFile): boolean {
  const method = methodCall(call);
  const isAll = method?.object.type === 'Identifier' && method.object.name === 'Promise' && /^all/.test(method.method);
  const [list] = call.arguments;
  if (!isAll || !list) return false;
  const promises = valueOfConstant(file, bare(list));
  if (promises.type === 'ArrayExpression') {
    return promises.elements.filter((element) => element !== null && hold.mentions(element)).length > 1;
  }
  const map = methodCall(promises);
  return (
    map?.method === 'map' &&
    promises.type === 'CallExpression' &&
    promises.arguments.some((each) => isFunction(each) && hold.mentions(each))
  );
}

function consequence({ library }: Hold): string {
  const order =
    'Nothing is faster; when one fails, Promise.all rejects while the others still run, so the rollback and the release overtake them.';
  return library === 'pg' ? `${order} pg warns of it and will refuse it in pg 9.` : order;
}

/** `const promises = ids.map(…); await Promise.all(promises)`. */
function valueOfConstant(file: CodeFile, name: Node): Node {
  const [definition] = (name.type === 'Identifier' && variableAt(file, name)?.defs) || [];
  const declaring = definition?.node;
  return declaring?.type === 'VariableDeclarator' && declaring.init ? bare(declaring.init) : name;
}
