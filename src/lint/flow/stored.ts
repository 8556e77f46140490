import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import { variableAt } from './names.ts';
import { bare, propertyOf } from './syntax.ts';
import { meaningfulParent } from './uses.ts';

/** The field or module variable that a connection is kept in, as the file writes it; undefined where the file gives it back. */
export function storedIn(file: CodeFile, call: Node): string | undefined {
  const { parent, child } = meaningfulParent(file, call);
  if (parent?.type !== 'AssignmentExpression' || parent.right !== child) return undefined;
  const { left } = parent;
  if (left.type === 'MemberExpression' && left.object.type === 'ThisExpression') {
    const name = propertyOf(left);
    return name === undefined || isFieldGivenBack(file, name) ? undefined : `this.${name}`;
  }
  const variable = left.type === 'Identifier' ? variableAt(file, left) : undefined;
  if (!variable || left.type !== 'Identifier' || !variable.isTopLevel) return undefined;
  const isGivenBack = variable.references.some(({ identifier }) => {
    const { parent: member } = meaningfulParent(file, identifier);
    return member?.type === 'MemberExpression' && /^(?:release|end|destroy)$/.test(propertyOf(member) ?? '');
  });
  return isGivenBack ? undefined : left.name;
}

/** Somewhere in the file, `this.client.release()`, or `release` of an object that has the field. */
function isFieldGivenBack(file: CodeFile, field: string): boolean {
  let isGivenBack = false;
  walk(file.program, (node) => {
    if (node.type !== 'MemberExpression' || !/^(?:release|end|destroy)$/.test(propertyOf(node) ?? ''))
      return !isGivenBack;
    isGivenBack ||= propertyOf(bare(node.object)) === field;
    return !isGivenBack;
  });
  return isGivenBack;
}
