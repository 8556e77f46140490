import type { Node } from '../code-file.ts';
import type { Variable } from '../scopes/variable.ts';
import type { Abstract, Evaluator, Frame, ObjectValue, Property } from './abstract.ts';
import { enclosingFunction } from './functions.ts';
import { either, firstOfKind, scalar } from './make.ts';
import { type Draft, entryName, once, spreadInto } from './objects.ts';

/** An object with what the code assigns to its properties later: `config.max = 5`, `Object.assign(config, more)`. */
export function mutated(value: Abstract, variable: Variable, frame: Frame, evaluator: Evaluator): Abstract {
  if (value.kind !== 'object') return value;
  const changes = variable.references.flatMap((reference) => {
    if (reference.init) return [];
    return changeAt(reference.identifier, frame, evaluator) ?? [];
  });
  if (changes.length === 0) return value;
  const draft: Draft = { ...value, properties: new Map(value.properties) };
  for (const change of changes) change(draft);
  return { ...value, ...draft };
}

/** Whether the code changes the `new URL(…)` of a variable: `url.searchParams.delete('sslmode')`, `url.search = ''`. */
export function changesUrl(init: Node, { references }: Variable, { module }: Frame): boolean {
  if (init.type !== 'NewExpression' || init.callee.type !== 'Identifier' || init.callee.name !== 'URL') return false;
  const { parentOf } = module.file;
  return references.some((reference) => {
    const member = parentOf(reference.identifier);
    if (member?.type !== 'MemberExpression') return false;
    const around = parentOf(member);
    if (around?.type === 'AssignmentExpression') return around.left === member;
    return (
      around?.type === 'MemberExpression' &&
      around.property.type === 'Identifier' &&
      /^(?:set|append|delete)$/.test(around.property.name)
    );
  });
}

type Change = (draft: Draft) => void;

function changeAt(identifier: Node, frame: Frame, evaluator: Evaluator): Change | undefined {
  const { file } = frame.module;
  const path: string[] = [];
  let target = identifier;
  let around = file.parentOf(target);
  while (around?.type === 'MemberExpression' && around.object === target) {
    const name = entryName({ key: around.property, computed: around.computed }, frame, evaluator);
    if (name === undefined) return undefined;
    path.push(name);
    target = around;
    around = file.parentOf(around);
  }
  if (around?.type === 'TSNonNullExpression') return undefined;
  if (around?.type === 'AssignmentExpression' && around.left === target && path.length > 0) {
    const { operator, right } = around;
    if (!['=', '??=', '||='].includes(operator)) return undefined;
    const place = file.spanOf(around);
    const keyPlace = file.spanOf(target);
    const isCertain = operator === '=' && !isConditional(around, frame);
    const assigned = once(() => evaluator.evaluate(right, frame));
    return (draft) => setAt(draft, path, { value: assigned, place, keyPlace }, isCertain);
  }
  if (
    around?.type === 'CallExpression' &&
    path.length === 0 &&
    around.arguments[0] === target &&
    isAssign(around.callee)
  ) {
    const sources = around.arguments.slice(1);
    return (draft) => {
      for (const source of sources) spreadInto(draft, evaluator.evaluate(source, frame));
    };
  }
  return undefined;
}

function isAssign(callee: Node): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Object' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'assign'
  );
}

function setAt(draft: Draft, [name, ...inner]: readonly string[], property: Property, isCertain: boolean): void {
  if (name === undefined) return;
  const before = draft.properties.get(name);
  if (inner.length === 0) {
    const value = once(() =>
      isCertain ? property.value() : either([before?.value() ?? scalar(undefined), property.value()]),
    );
    draft.properties.set(name, { ...property, value });
    return;
  }
  const value = once((): ObjectValue => {
    const nested = before && firstOfKind(before.value(), 'object');
    const deeper: Draft = { ...nested, properties: new Map(nested?.properties) };
    setAt(deeper, inner, property, isCertain);
    return { kind: 'object', ...nested, ...deeper };
  });
  draft.properties.set(name, { place: property.place, keyPlace: property.keyPlace, ...before, value });
}

/** Whether the assignment may not happen: it stands in a branch, a loop or a function of its own. */
function isConditional(assignment: Node, { module }: Frame): boolean {
  const { parentOf } = module.file;
  const home = enclosingFunction(assignment, parentOf);
  for (let around = parentOf(assignment); around && around !== home; around = parentOf(around)) {
    if (
      /^(?:If|For|ForIn|ForOf|While|DoWhile)Statement$|^(?:Conditional|Logical)Expression$|^SwitchCase$/.test(
        around.type,
      )
    )
      return true;
  }
  return false;
}
