import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { ourNode, variableAt } from './names.ts';
import { bare, type CallNode, type FunctionNode, isFunction, keyOf, methodCall } from './syntax.ts';

/** A function of the project, with the file that has its text. */
export interface FoundFunction {
  readonly file: CodeFile;
  readonly fn: FunctionNode;
}

/** The function that a call calls, where its text is in the project. */
export function calledFunction(file: CodeFile, call: CallNode): FoundFunction | undefined {
  const fn = functionNamed(file, call.callee) ?? ownMethod(file, call);
  return fn && { file, fn };
}

/** The function of this file that a name stands for. */
export function functionNamed(file: CodeFile, name: Node): FunctionNode | undefined {
  const node = bare(name);
  if (node.type !== 'Identifier') return undefined;
  for (const { type, node: defined } of variableAt(file, node)?.defs ?? []) {
    const declaring = ourNode(defined);
    if (type === 'FunctionName' && isFunction(declaring)) return declaring;
    if (declaring.type !== 'VariableDeclarator' || !declaring.init) continue;
    const value = bare(declaring.init);
    if (isFunction(value)) return value;
  }
  return undefined;
}

/** `this.method()` of the class around. */
function ownMethod(file: CodeFile, call: CallNode): FunctionNode | undefined {
  const method = methodCall(call);
  if (method?.object.type !== 'ThisExpression') return undefined;
  for (let around = file.parentOf(call); around; around = file.parentOf(around)) {
    if (around.type !== 'ClassBody') continue;
    for (const member of around.body) {
      if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') continue;
      if (keyOf(member) === method.method && member.value && isFunction(member.value)) return member.value;
    }
  }
  return undefined;
}
