import type { Node } from '../code-file.ts';
import { exportedBy, knownLibrary } from '../libraries/index.ts';
import type { Definition, Variable } from '../scopes/variable.ts';
import type { Abstract, Evaluator, Frame, FunctionValue } from './abstract.ts';
import { isFunctionNode } from './functions.ts';
import { libraryValue, methodLends } from './libraries.ts';
import { alternativesOf, either, unresolved } from './make.ts';
import { annotationOf, takenFrom } from './patterns.ts';

/** What a parameter is: by its type, by who calls the function, or not known. */
export function parameterOf(variable: Variable, definition: Definition, frame: Frame, evaluator: Evaluator): Abstract {
  const callee = definition.node;
  const name = definition.name;
  const caller = unresolved(`${variable.name} comes from the caller`);
  if (!isFunctionNode(callee)) return caller;
  const index = callee.params.findIndex(
    (parameter) => takenFrom(parameter, name, () => caller, frame, evaluator) !== undefined,
  );
  const parameter = callee.params[index];
  if (!parameter) return caller;
  const annotation = annotationOf(parameter);
  const typed = annotation && evaluator.typed(annotation, frame);
  const whole = typed ?? handedOver(callee, index, frame, evaluator);
  return (whole && takenFrom(parameter, name, () => whole, frame, evaluator)) ?? caller;
}

/** What the one who calls a function hands over: a library to its callback, or the calls of the file itself. */
function handedOver(
  callee: FunctionValue['node'],
  index: number,
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  const { parentOf } = frame.module.file;
  const around = parentOf(callee);
  if (around?.type === 'CallExpression' || around?.type === 'NewExpression') {
    const position = (around.arguments as readonly Node[]).indexOf(callee);
    return position < 0 ? undefined : lentBy(around, position, index, frame, evaluator);
  }
  return fromCalls(callee, index, frame, evaluator);
}

function lentBy(
  call: Extract<Node, { type: 'CallExpression' | 'NewExpression' }>,
  position: number,
  index: number,
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  const { callee } = call;
  if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    const { name } = callee.property;
    const of = evaluator.evaluate(callee.object, frame);
    if (name === 'then' && position === 0) return of;
    for (const one of alternativesOf(of)) {
      const lent = one.kind === 'library' ? methodLends(one, name, index) : undefined;
      if (lent) return lent;
    }
  }
  for (const one of alternativesOf(evaluator.evaluate(callee, frame))) {
    if (one.kind === 'function') return lentByFunction(one, position, index, evaluator);
    const lent = one.kind === 'external' ? exportedBy(one)?.lends?.[index] : undefined;
    if (one.kind === 'external' && lent)
      return libraryValue(knownLibrary(one.package)?.packages[0] ?? one.package, lent);
  }
  return undefined;
}

/** `withClient(async (client) => …)`, where `withClient` of the project calls its argument with a client. */
function lentByFunction(
  helper: FunctionValue,
  position: number,
  index: number,
  evaluator: Evaluator,
): Abstract | undefined {
  const { node, frame } = helper;
  const parameter = node.params[position];
  const variable = parameter?.type === 'Identifier' ? frame.module.bindings(parameter) : undefined;
  for (const { identifier } of variable?.references ?? []) {
    const called = identifier;
    const call = frame.module.file.parentOf(called);
    const given = call?.type === 'CallExpression' && call.callee === called ? call.arguments[index] : undefined;
    if (given) return evaluator.evaluate(given, frame);
  }
  return undefined;
}

/** The most calls of a function that are looked at. */
const mostCalls = 6;

/** What a function that nobody outside the file can call is given by the calls in it. */
function fromCalls(
  callee: FunctionValue['node'],
  index: number,
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  const { parentOf } = frame.module.file;
  const outer = parentOf(callee);
  const name =
    callee.type === 'FunctionDeclaration' ? callee.id : outer?.type === 'VariableDeclarator' ? outer.id : undefined;
  const declaration = callee.type === 'FunctionDeclaration' ? callee : outer && parentOf(outer);
  if (name?.type !== 'Identifier' || !declaration || /^Export/.test(parentOf(declaration)?.type ?? ''))
    return undefined;
  const uses = frame.module.bindings(name)?.references.filter((reference) => !reference.init) ?? [];
  const given = uses.map(({ identifier }) => {
    const use = identifier;
    const call = parentOf(use);
    return (call?.type === 'CallExpression' || call?.type === 'NewExpression') && call.callee === use
      ? call.arguments[index]
      : undefined;
  });
  const seen = given.filter((argument) => argument !== undefined);
  if (seen.length === 0 || seen.length !== uses.length || seen.length > mostCalls) return undefined;
  return either(seen.map((argument) => evaluator.evaluate(argument, frame)));
}
