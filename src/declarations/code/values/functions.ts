import type { Node } from '../code-file.ts';
import type { Variable } from '../scopes/variable.ts';
import type { Abstract, Evaluator, Frame, FunctionValue } from './abstract.ts';
import { either, scalar, truthOf, unresolved } from './make.ts';
import { namesIn, nothing, takenFrom } from './patterns.ts';

/** What a function of the project gives back for these arguments; promises are taken for what they resolve to. */
export function returned(callee: FunctionValue, args: readonly Abstract[], evaluator: Evaluator): Abstract {
  const { node } = callee;
  const frame = { ...callee.frame, bindings: bound(callee, args, evaluator) };
  if (!node.body) return annotated(callee, evaluator) ?? unresolved('a function whose body is not here');
  if (node.body.type !== 'BlockStatement') return evaluator.evaluate(node.body, frame);
  const found: Node[] = [];
  returnsIn(node.body, frame, evaluator, found);
  const value =
    found.length === 0 ? scalar(undefined) : either(found.map((expression) => evaluator.evaluate(expression, frame)));
  return value.kind === 'unknown' && !value.missing ? (annotated(callee, evaluator) ?? value) : value;
}

function annotated({ node, frame }: FunctionValue, evaluator: Evaluator): Abstract | undefined {
  return node.returnType ? evaluator.typed(node.returnType.typeAnnotation, frame) : undefined;
}

/** The parameters of a call, on top of what the function sees around it. */
function bound(
  callee: FunctionValue,
  args: readonly Abstract[],
  evaluator: Evaluator,
): ReadonlyMap<Variable, Abstract> {
  const { node, frame } = callee;
  const bindings = new Map(frame.bindings);
  const inner = { ...frame, bindings };
  for (const [index, parameter] of node.params.entries()) {
    const value =
      parameter.type === 'RestElement'
        ? (): Abstract => ({ kind: 'list', items: args.slice(index).map((arg) => () => arg) })
        : () => args[index] ?? nothing();
    for (const name of namesIn(parameter)) {
      const variable = frame.module.bindings(name);
      const found = variable && takenFrom(parameter, name, value, inner, evaluator);
      if (variable && found) bindings.set(variable, found);
    }
  }
  return bindings;
}

/** Collects what may be returned; says whether the statement always ends the function. */
function returnsIn(statement: Node, frame: Frame, evaluator: Evaluator, found: Node[]): boolean {
  const inner = (node: Node) => returnsIn(node, frame, evaluator, found);
  switch (statement.type) {
    case 'ReturnStatement':
      if (statement.argument) found.push(statement.argument);
      return true;
    case 'ThrowStatement':
      return true;
    case 'BlockStatement':
      return statement.body.some(inner);
    case 'IfStatement': {
      const truth = truthOf(evaluator.evaluate(statement.test, frame));
      if (truth === true) return inner(statement.consequent);
      if (truth === false) return statement.alternate ? inner(statement.alternate) : false;
      const ends = inner(statement.consequent);
      return statement.alternate ? inner(statement.alternate) && ends : false;
    }
    case 'TryStatement': {
      const ends = inner(statement.block);
      const handled = statement.handler ? inner(statement.handler.body) : true;
      return statement.finalizer && inner(statement.finalizer) ? true : ends && handled;
    }
    case 'SwitchStatement':
      for (const { consequent } of statement.cases) consequent.some(inner);
      return false;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
      inner(statement.body);
      return false;
    default:
      return false;
  }
}

/** The function around a node; undefined at the top of the file. */
export function enclosingFunction(
  node: Node,
  parentOf: (node: Node) => Node | undefined,
): FunctionValue['node'] | undefined {
  for (let around = parentOf(node); around; around = parentOf(around)) {
    if (isFunctionNode(around)) return around;
  }
  return undefined;
}

export function isFunctionNode(node: Node): node is FunctionValue['node'] {
  return (
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'FunctionExpression' ||
    node.type === 'FunctionDeclaration' ||
    node.type === 'TSDeclareFunction' ||
    node.type === 'TSEmptyBodyFunctionExpression'
  );
}
