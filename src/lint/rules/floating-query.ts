import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import { walk } from '../../declarations/code/walk.ts';
import { ourNode, variableAt } from '../flow/names.ts';
import { atNode } from '../flow/places.ts';
import { type CallNode, functionAround, isCall, isFunction, leadingText, methodCall } from '../flow/syntax.ts';
import type { Rule } from '../rule.ts';

const ofConnection = /^(?:query|execute|batch)$/;
const ofTransaction = /^(?:query|startTransaction|commitTransaction|rollbackTransaction)$/;
const ofManager =
  /^(?:save|insert|update|upsert|delete|remove|softDelete|softRemove|restore|increment|decrement|query)$/;

/** Methods that return a promise of a statement's end. */
const statements: Partial<Readonly<Record<LibraryObject['kind'], RegExp>>> = {
  pool: ofConnection,
  client: ofConnection,
  connection: ofConnection,
  dataSource: ofConnection,
  queryRunner: ofTransaction,
  entityManager: ofManager,
  repository: ofManager,
};

/** A statement that nobody waits for. */
export const floatingQuery: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code) {
    const { file } = code;
    const floating: CallNode[] = [];
    walk(file.program, (node) => {
      if (node.type === 'ExpressionStatement' && isCall(node.expression) && functionAround(file, node)) {
        if (isFloating(node.expression, (object) => code.libraryObject(object), file)) floating.push(node.expression);
      }
    });
    for (const call of floating) {
      yield {
        ...atNode(file, call),
        message: 'Nobody waits for this statement.',
        expected: 'await, return or .catch()',
        consequence:
          'The code goes on before the statement has run, and its error is an unhandled rejection, which ends the process. On a connection that is given back meanwhile, it runs in the work of the next caller.',
        fix: 'Await it.',
      };
    }
  },
};

function isFloating(call: CallNode, objectOf: (node: Node) => LibraryObject | undefined, file: CodeFile): boolean {
  const method = methodCall(call);
  if (
    !method ||
    !/^(?:query|execute|batch|save|insert|up|delete|remove|soft|restore|in|de|start|commit|rollback)/.test(
      method.method,
    )
  )
    return false;
  if (
    call.arguments.some(
      (argument) =>
        isFunction(argument) ||
        argument.type === 'NewExpression' ||
        (argument.type === 'Identifier' && (isCallbackName(argument.name) || isMade(file, argument))),
    )
  )
    return false;
  // Whoever listens waits for notifications, and not for the statement.
  if (/^\s*(?:un)?listen\b/i.test(leadingText(call.arguments[0]) ?? '')) return false;
  const object = objectOf(method.object);
  if (!object || object.takesCallbacks || !statements[object.kind]?.test(method.method)) return false;
  return !isInHandler(file, call);
}

const isCallbackName = (name: string) => /^(?:cb|callback|done|next|fn)$/.test(name);

/** `pool.on('connect', (client) => { client.query('SET …') })`: pg runs it before anything else on that client. */
function isInHandler(file: CodeFile, call: CallNode): boolean {
  const handler = functionAround(file, call);
  const registered = handler && file.parentOf(handler);
  return registered?.type === 'CallExpression' && /^(?:on|once)$/.test(methodCall(registered)?.method ?? '');
}

/** pg's cursors and streams are queries that have events, and no promise. */
function isMade(file: CodeFile, name: Node): boolean {
  return (variableAt(file, name)?.defs ?? []).some(({ node }) => {
    const declaring = ourNode(node);
    return declaring.type === 'VariableDeclarator' && declaring.init?.type === 'NewExpression';
  });
}
