import type { Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { bare, isCall, methodCall, propertyOf } from '../flow/syntax.ts';

/** What a listener for errors is put on. */
export interface ErrorListener {
  readonly object: Node;
  /** Undefined where nothing proves that it is of a library. */
  readonly of: LibraryObject | undefined;
}

/** Words of a call that adds one: most files have none, and need not be read as code. */
export const mayAddListener =
  /\.\s{0,99}(?:on|once|addListener|prependListener)\s{0,9}\(\s{0,99}['"`]error['"`]|attachDatabasePool\(/;
const adds = /^(?:on|once|addListener|prependListener)$/;

/** The listeners for `error` that a file adds, and those for an event that it does not name itself. */
export function errorListenersIn({ file, libraryObject }: AnalysedCode): readonly ErrorListener[] {
  const found: ErrorListener[] = [];
  walk(file.program, (node) => {
    const called = isCall(node) ? methodCall(node) : undefined;
    if (!isCall(node) || !called || !adds.test(called.method)) return;
    const [event] = node.arguments;
    if (event?.type === 'Literal' && event.value !== 'error') return;
    found.push({ object: called.object, of: libraryObject(called.object) });
  });
  return found;
}

/** Whether the object of a listener is called as pools are. */
export function isNamedPool(object: Node): boolean {
  const node = bare(object);
  if (isCall(node)) return isNamedPool(node.callee);
  if (node.type === 'MemberExpression' && node.computed) return isNamedPool(node.object);
  const name = node.type === 'Identifier' ? node.name : (propertyOf(node) ?? '');
  return /pool|db$|^db|database|^pg|postgres/i.test(name);
}
