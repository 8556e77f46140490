import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { functionNamed } from '../flow/functions.ts';
import { ourNode, variableAt } from '../flow/names.ts';
import { atNode } from '../flow/places.ts';
import { type CallNode, functionAround, isCall, isFunction, leadingText, methodCall } from '../flow/syntax.ts';
import type { Rule } from '../rule.ts';

const ofConnection = ['query', 'execute', 'batch'];
const ofManager = [
  ...['save', 'insert', 'update', 'upsert', 'delete', 'remove', 'softDelete', 'softRemove', 'restore'],
  ...['increment', 'decrement', 'query'],
];

/** Methods that return a promise of a statement's end. */
const statements: Partial<Readonly<Record<LibraryObject['kind'], readonly string[]>>> = {
  pool: ofConnection,
  client: ofConnection,
  connection: ofConnection,
  dataSource: ofConnection,
  queryRunner: ['query', 'startTransaction', 'commitTransaction', 'rollbackTransaction'],
  entityManager: ofManager,
  repository: ofManager,
};
const everyName = new Set(Object.values(statements).flat());

/** A statement that nobody waits for. */
export const floatingQuery: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code) {
    const { file } = code;
    const floating: CallNode[] = [];
    walk(file.program, (node) => {
      if (node.type === 'ExpressionStatement' && isCall(node.expression) && functionAround(file, node)) {
        if (isFloating(code, node.expression)) floating.push(node.expression);
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

function isFloating(code: AnalysedCode, call: CallNode): boolean {
  const method = methodCall(call);
  if (!method || !everyName.has(method.method)) return false;
  // A callback or an object with events waits instead; whoever listens waits for notifications.
  if (call.arguments.some((argument) => waitsByItself(code.file, argument))) return false;
  if (/^\s*(?:un)?listen\b/i.test(leadingText(call.arguments[0]) ?? '')) return false;
  const object = code.libraryObject(method.object);
  if (!object || object.takesCallbacks || !statements[object.kind]?.includes(method.method)) return false;
  return !isInHandler(code.file, call);
}

function waitsByItself(file: CodeFile, argument: Node): boolean {
  if (isFunction(argument) || argument.type === 'NewExpression') return true;
  return (
    argument.type === 'Identifier' &&
    (isCallbackName(argument.name) || functionNamed(file, argument) !== undefined || isMade(file, argument))
  );
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
