import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { RuleReport } from '../rule.ts';
import { isFunction, keyOf } from './syntax.ts';

/** Where a report about a node stands, and what stays the same when its lines move: the function around it, and its text. */
export function atNode(file: CodeFile, node: Node): Pick<RuleReport, 'place' | 'fingerprint'> {
  const text = file.text.slice(node.start, Math.min(node.end, node.start + 200)).replace(/\s+/g, '');
  return { place: file.spanOf(node), fingerprint: `${namesAround(file, node)}/${text}` };
}

/** The names of the functions and classes around a node, from the outside in. */
function namesAround(file: CodeFile, node: Node): string {
  const names: string[] = [];
  for (let around: Node | undefined = node; around; around = file.parentOf(around)) {
    const name = nameOf(around);
    if (name !== undefined) names.unshift(name);
  }
  return names.join('.');
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') return keyOf(node);
  if (node.type === 'ClassDeclaration' || isFunction(node)) return node.id?.name;
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init && isFunction(node.init)) {
    return node.id.name;
  }
  return undefined;
}

/** One character at the end of a function, or the node itself where it is no function. */
export function endOf(node: Node): { start: number; end: number } {
  return isFunction(node) ? { start: Math.max(node.start, node.end - 1), end: node.end } : node;
}
