import type { FoundFunction } from '../../declarations/code/analyse.ts';
import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { variableAt } from './names.ts';
import { bare, type CallNode, type FunctionNode, isFunction } from './syntax.ts';

/** A function with a body, and the file that has its text. */
export interface KnownFunction {
  readonly file: CodeFile;
  readonly fn: FunctionNode;
}

/** The function of the project that a call calls; `file` is where the call stands. */
export function calledFunction(code: AnalysedCode, file: CodeFile, call: CallNode): KnownFunction | undefined {
  const found: FoundFunction | undefined = code.functionOf(call.callee, file);
  const fn: Node | undefined = found?.fn;
  return found && fn && isFunction(fn) ? { file: found.file, fn } : undefined;
}

/** The function of this file that a name stands for. */
export function functionNamed(file: CodeFile, name: Node): FunctionNode | undefined {
  const node = bare(name);
  if (node.type !== 'Identifier') return undefined;
  for (const { type, node: defined } of variableAt(file, node)?.defs ?? []) {
    const declaring = defined;
    if (type === 'FunctionName' && isFunction(declaring)) return declaring;
    if (declaring.type !== 'VariableDeclarator' || !declaring.init) continue;
    const value = bare(declaring.init);
    if (isFunction(value)) return value;
  }
  return undefined;
}
