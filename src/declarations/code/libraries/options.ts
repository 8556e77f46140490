import type { DeclaredOption } from '../../declared-pool.ts';
import type { Abstract, ObjectValue, Property } from '../values/abstract.ts';
import { alternativesOf, firstOfKind } from '../values/make.ts';
import { resolvedOf } from '../values/resolved.ts';
import { withoutSecret } from './secrets.ts';

/** The options of a pool as its code has them. */
export interface Options {
  readonly options: readonly DeclaredOption[];
  readonly opaque?: string;
}

interface Layout {
  /** What stands before the names: `connection.` for what is written one level higher. */
  readonly prefix?: string;
  /** Objects among the options that hold options of the pool, so that one that is not known hides some. */
  readonly holders?: readonly string[];
}

/** Objects in objects deeper than this hold no option of a pool. */
const deepest = 4;

/** The options in an object, those of objects in it with dots. `undefined` stands for an object that is not given. */
export function optionsIn(value: Abstract | undefined, { prefix = '', holders = [] }: Layout = {}): Options {
  if (value === undefined || isNothing(value)) return { options: [] };
  const object = firstOfKind(value, 'object');
  const hidden = alternativesOf(value).find((one) => one.kind !== 'object' && !isNothing(one));
  if (!object)
    return { options: [], opaque: hidden?.kind === 'unknown' ? hidden.why : 'the options are no object in sight' };
  const found: DeclaredOption[] = [];
  const opaque = [hidden?.kind === 'unknown' ? hidden.why : undefined, object.opaque];
  collect(object, prefix, 0);
  const [why] = opaque.filter((reason) => reason !== undefined);
  return { options: found, ...(why !== undefined && { opaque: why }) };

  function collect(from: ObjectValue, before: string, depth: number): void {
    for (const [key, property] of from.properties) {
      const name = before + key;
      const inner = property.value();
      const nested = firstOfKind(inner, 'object');
      const isHolder = holders.includes(name.slice(prefix.length));
      if (nested && depth < deepest) {
        if (isHolder && nested.opaque !== undefined) opaque.push(`${name}: ${nested.opaque}`);
        collect(nested, `${name}.`, depth + 1);
      } else if (!isNothing(inner)) {
        if (isHolder && inner.kind === 'unknown' && !inner.missing) opaque.push(`${name}: ${inner.why}`);
        found.push(option(name, property, inner));
      }
    }
  }
}

function option(name: string, { place, keyPlace }: Property, value: Abstract): DeclaredOption {
  return { name, value: resolvedOf(value, (plain) => withoutSecret(name, plain)), place, keyPlace };
}

/** `undefined`, or what a condition leaves out. */
function isNothing(value: Abstract): boolean {
  return value.kind === 'scalar' && (value.value === undefined || value.value === false)
    ? value.value === undefined
    : false;
}

/** Marks options by the beginning of their names: they do nothing where they stand. */
export function misplaced(
  options: readonly DeclaredOption[],
  rules: Readonly<Record<string, string>>,
): DeclaredOption[] {
  return options.map((option) => {
    const rule = Object.entries(rules).find(([start]) =>
      start.endsWith('.') ? option.name.startsWith(start) : option.name === start,
    );
    return rule ? { ...option, misplaced: rule[1] } : option;
  });
}
