import type { Node } from '../../../declarations/code/code-file.ts';
import { bare, type CallNode, methodCall, propertyOf } from '../syntax.ts';

const safeObjects = /^(?:console|Math|Number|String|Boolean|Object|Array|Date|performance|process|\w*[lL]og(?:ger)?)$/;
const safeMethods = /^(?:on|once|off|addListener|removeListener|push|slice|toString|setMaxListeners)$/;
const safeFunctions = /^(?:String|Number|Boolean|parseInt|parseFloat|debug|log|clearTimeout|setTimeout|clearInterval)$/;

/** A call of the language or of a logger, which nobody expects to throw. */
export function neverFails(node: CallNode): boolean {
  const callee = bare(node.callee);
  if (callee.type === 'Identifier')
    return safeFunctions.test(callee.name) || /^(?:Error|Date|Map|Set)$/.test(callee.name);
  const method = methodCall(node);
  if (!method) return false;
  if (method.method === 'resolve' && lastName(method.object) === 'Promise') return true;
  return safeMethods.test(method.method) || safeObjects.test(lastName(method.object));
}

/** Node's way to end at once. */
export function endsTheProcess(node: CallNode): boolean {
  const method = methodCall(node);
  return method?.method === 'exit' && /^process$/.test(lastName(method.object));
}

function lastName(node: Node): string {
  return node.type === 'Identifier' ? node.name : (propertyOf(node) ?? '');
}
