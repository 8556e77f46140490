import type { Abstract, Evaluator, ExternalValue, Frame, ObjectValue, Property, SchemaValue } from './abstract.ts';
import { builtin } from './builtins.ts';
import { each, firstOfKind } from './make.ts';
import { once } from './objects.ts';
import { logical } from './operators.ts';

/** Packages that read variables of the environment by a schema. */
const packages = /^(?:zod(?:\/.*)?|joi|@hapi\/joi|envalid|@t3-oss\/env-\w+|yup)$/;

/** A step in a schema: `z.coerce.number()`, `.default(10)`, `z.object({ … })`, `.parse(env)`. */
export function schemaCall(
  of: ExternalValue | SchemaValue,
  args: readonly Abstract[],
  frame: Frame,
  evaluator: Evaluator,
  method?: string,
): Abstract | undefined {
  if (of.kind === 'external' && !packages.test(of.package)) return undefined;
  const before: SchemaValue = of.kind === 'schema' ? of : { kind: 'schema' };
  const name = method ?? (of.kind === 'external' ? of.path.at(-1) : undefined) ?? '';
  const [first, second] = args;
  const options = first && firstOfKind(first, 'object');
  switch (name) {
    case 'object':
    case 'strictObject':
    case 'keys':
      return options ? { kind: 'schema', fields: options } : before;
    case 'number':
    case 'int':
    case 'num':
    case 'port': {
      const preset = options?.properties.get('default')?.value();
      return { ...before, isNumber: true, ...(preset && { default: preset }) };
    }
    case 'str':
    case 'bool': {
      const preset = options?.properties.get('default')?.value();
      return { ...before, ...(preset && { default: preset }) };
    }
    case 'default':
    case 'prefault':
    case 'catch':
      return first ? { ...before, default: first.kind === 'function' ? evaluator.call(first, []) : first } : before;
    case 'transform':
    case 'pipe':
      return first?.kind === 'schema' || text(first) === 'Number' ? { ...before, isNumber: true } : before;
    case 'cleanEnv': {
      const fields = second && firstOfKind(second, 'object');
      return fields && environmentBy(fields, frame, evaluator);
    }
    case 'createEnv': {
      const server = options?.properties.get('server')?.value();
      const fields = server && firstOfKind(server, 'object');
      return fields && environmentBy(fields, frame, evaluator);
    }
    case 'parse':
    case 'parseAsync':
    case 'validateSync':
    case 'attempt':
      return before.fields && environmentBy(before.fields, frame, evaluator);
    case 'safeParse':
    case 'validate': {
      const parsed = before.fields && environmentBy(before.fields, frame, evaluator);
      return (
        parsed && {
          kind: 'object',
          properties: new Map(['value', 'data'].map((key) => [key, entry(parsed, before.fields)])),
          opaque: 'it is the result of a schema',
        }
      );
    }
    default:
      return before;
  }
}

function text(value: Abstract | undefined): string | undefined {
  return value?.kind === 'external' ? value.path.at(-1) : undefined;
}

function entry(value: Abstract, fields: ObjectValue | undefined): Property {
  const place = fields?.place ?? { file: '', start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { value: () => value, place, keyPlace: place };
}

/** The variables of the environment as a schema lets them through. */
function environmentBy(fields: ObjectValue, frame: Frame, evaluator: Evaluator): ObjectValue {
  const properties = new Map<string, Property>();
  for (const [name, property] of fields.properties) {
    const value = once(() => {
      const schema = firstOfKind(property.value(), 'schema');
      const set = evaluator.environment(name, frame);
      const read = schema?.isNumber
        ? each(set, (one) => (one.kind === 'scalar' ? (builtin('Number', [one]) ?? one) : one))
        : set;
      return logical('??', read, () => schema?.default ?? read);
    });
    properties.set(name, { ...property, value });
  }
  return { kind: 'object', properties, opaque: fields.opaque ?? 'a schema may add more' };
}
