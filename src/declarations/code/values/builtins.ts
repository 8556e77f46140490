import type { Abstract } from './abstract.ts';
import { each, firstOfKind, scalar, unresolved } from './make.ts';
import { fold } from './operators.ts';

type Plain = Parameters<Parameters<typeof fold>[1]>[0];

const functions: Readonly<Record<string, (...args: Plain[]) => Plain>> = {
  Number: (value) => Number(value),
  String: (value) => String(value),
  Boolean: (value) => Boolean(value),
  parseInt: (value, radix) => Number.parseInt(String(value), radix === undefined ? undefined : Number(radix)),
  parseFloat: (value) => Number.parseFloat(String(value)),
  isNaN: (value) => Number.isNaN(Number(value)),
  'Number.parseInt': (value, radix) => Number.parseInt(String(value), radix === undefined ? undefined : Number(radix)),
  'Number.parseFloat': (value) => Number.parseFloat(String(value)),
  'Number.isNaN': (value) => Number.isNaN(value),
  'Number.isInteger': (value) => Number.isInteger(value),
  'Number.isFinite': (value) => Number.isFinite(value),
  'Math.max': (...values) => Math.max(...values.map(Number)),
  'Math.min': (...values) => Math.min(...values.map(Number)),
  'Math.floor': (value) => Math.floor(Number(value)),
  'Math.ceil': (value) => Math.ceil(Number(value)),
  'Math.round': (value) => Math.round(Number(value)),
  'Math.trunc': (value) => Math.trunc(Number(value)),
  'Math.abs': (value) => Math.abs(Number(value)),
};

/** A global function of JavaScript, by its name; undefined where poolctl does not know it. */
export function builtin(name: string, args: readonly Abstract[]): Abstract | undefined {
  const compute = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return compute && fold(args, compute);
}

const textMethods: Readonly<Record<string, (text: string, ...args: Plain[]) => Plain>> = {
  trim: (text) => text.trim(),
  toString: (text: string) => text,
  valueOf: (text: string) => text,
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  startsWith: (text, start) => text.startsWith(String(start)),
  endsWith: (text, end) => text.endsWith(String(end)),
  includes: (text, part) => text.includes(String(part)),
  concat: (text, ...more) => text + more.join(''),
};

/** A method of a text or a number; undefined where poolctl does not know it. */
export function plainMethod(of: Abstract, name: string, args: readonly Abstract[]): Abstract | undefined {
  const compute = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined;
  if (!compute) return undefined;
  return each(of, (one) => {
    if (one.kind === 'unknown' && one.missing) return one;
    if (one.kind !== 'scalar' || one.value === undefined || one.value === null)
      return unresolved('a text that is not known');
    return fold([one, ...args], (text, ...more) =>
      typeof text === 'number' && name !== 'toString' && name !== 'valueOf'
        ? undefined
        : compute(String(text), ...more),
    );
  });
}

/** An element of a list, or its length. */
export function elementOf(of: Abstract, name: string): Abstract {
  const list = firstOfKind(of, 'list');
  if (!list) return unresolved('an element of something that is no list in sight');
  if (name === 'length') return list.opaque === undefined ? scalar(list.items.length) : unresolved(list.opaque);
  const item = /^\d+$/.test(name) ? list.items[Number(name)] : undefined;
  return item?.() ?? unresolved(list.opaque ?? 'an element that the list does not have');
}
