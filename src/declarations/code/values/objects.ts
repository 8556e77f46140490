import type { ObjectExpression, ObjectProperty } from '@oxc-project/types';
import type { Abstract, Evaluator, Frame, ListValue, ObjectValue, Property } from './abstract.ts';
import { alternativesOf, either, scalar, unresolved } from './make.ts';

/** An object that is being put together from entries, spreads and assignments. */
export interface Draft {
  readonly properties: Map<string, Property>;
  opaque?: string;
}

export function objectLiteral(node: ObjectExpression, frame: Frame, evaluator: Evaluator): ObjectValue {
  const draft: Draft = { properties: new Map() };
  for (const entry of node.properties) {
    if (entry.type === 'SpreadElement') spreadInto(draft, evaluator.evaluate(entry.argument, frame));
    else addEntry(draft, entry, frame, evaluator);
  }
  return { kind: 'object', ...draft, place: frame.module.file.spanOf(node) };
}

function addEntry(draft: Draft, entry: ObjectProperty, frame: Frame, evaluator: Evaluator): void {
  const name = entryName(entry, frame, evaluator);
  if (name === undefined) {
    obscure(draft, 'the name of an option is computed');
    return;
  }
  const { spanOf } = frame.module.file;
  const value = once(() => evaluator.evaluate(entry.value, frame));
  const read = entry.kind === 'get' ? once(() => callOf(value(), evaluator)) : value;
  draft.properties.set(name, { value: read, place: spanOf(entry), keyPlace: spanOf(entry.key) });
}

function callOf(value: Abstract, evaluator: Evaluator): Abstract {
  return value.kind === 'function' ? evaluator.call(value, []) : unresolved('a property that is computed');
}

/** The name of an entry, a member or a field; undefined where it is computed from what is not known. */
export function entryName(
  { key, computed }: Pick<ObjectProperty, 'key' | 'computed'>,
  frame: Frame,
  evaluator: Evaluator,
): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  const value = evaluator.evaluate(key, frame);
  return value.kind === 'scalar' && value.value !== undefined ? String(value.value) : undefined;
}

/** `{ ...value }` and `Object.assign(target, value)`. */
export function spreadInto(draft: Draft, value: Abstract): void {
  const parts = alternativesOf(value);
  if (parts.every((part) => part.kind === 'unknown' && !part.missing)) {
    const [why] = parts.map((part) => (part.kind === 'unknown' ? part.why : ''));
    obscure(draft, `options are spread from something that is not known: ${why}`);
    return;
  }
  const objects = parts.map((part) => (part.kind === 'object' ? part : nothingIn(part)));
  for (const { opaque } of objects) if (opaque !== undefined) obscure(draft, opaque);
  const names = new Set(objects.flatMap(({ properties }) => [...properties.keys()]));
  for (const name of names) {
    const before = draft.properties.get(name);
    const found = objects.map(({ properties }) => properties.get(name) ?? before);
    const [shown] = found.filter((property) => property !== undefined);
    if (!shown) continue;
    const value = once(() => either(found.map((property) => property?.value() ?? scalar(undefined))));
    draft.properties.set(name, { ...shown, value });
  }
}

/** What is spread from a value that is no object: nothing from `undefined`, anything from an unknown one. */
function nothingIn(value: Abstract): ObjectValue {
  const isNothing = value.kind === 'scalar' || (value.kind === 'unknown' && value.missing !== undefined);
  return {
    kind: 'object',
    properties: new Map(),
    ...(!isNothing && {
      opaque: value.kind === 'unknown' ? value.why : 'options are spread from an object of a class',
    }),
  };
}

/** What stands in an object before an unknown one is spread may be replaced by it. */
export function obscure(draft: Draft, why: string): void {
  draft.opaque = why;
  for (const [name, property] of draft.properties) {
    draft.properties.set(name, { ...property, value: () => unresolved(`it may be replaced later: ${why}`) });
  }
}

export function listLiteral(
  elements: readonly (Parameters<Evaluator['evaluate']>[0] | null)[],
  frame: Frame,
  evaluator: Evaluator,
): ListValue {
  const items: (() => Abstract)[] = [];
  for (const element of elements) {
    if (element?.type === 'SpreadElement') {
      const spread = evaluator.evaluate(element.argument, frame);
      if (spread.kind !== 'list' || spread.opaque !== undefined)
        return { kind: 'list', items, opaque: 'a list that is spread is not known' };
      items.push(...spread.items);
    } else items.push(once(() => (element ? evaluator.evaluate(element, frame) : scalar(undefined))));
  }
  return { kind: 'list', items };
}

/** A value that is worked out when it is first asked for. */
export function once<Value>(work: () => Value): () => Value {
  let done: { value: Value } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}
