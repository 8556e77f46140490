import type * as v from 'valibot';
import { ruleIds } from '../../src/lint/own-rules.ts';
import { rulePageTitle } from '../../src/profiles/rule-pages.ts';

type Json = { [key: string]: unknown };

/** What a schema of valibot says, without its types. */
interface Schema {
  readonly type: string;
  readonly kind: string;
  readonly pipe?: readonly Schema[];
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly key?: Schema;
  readonly value?: Schema;
  readonly options?: readonly (Schema | string)[];
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}

/** The JSON Schema (draft 2020-12, as draft-07 reads it) of a schema of poolctl.yaml; refuses what it does not know. */
export function jsonSchemaOf(schema: v.GenericSchema): Json {
  return made(schema as unknown as Schema);
}

function made(schema: Schema): Json {
  const text = schema.pipe?.find(({ type }) => type === 'description')?.description;
  const described = text === undefined ? {} : { description: text };
  return { ...described, ...kindOf(schema) };
}

function kindOf({ type, wrapped, item, key, value, options = [], entries = {} }: Schema): Json {
  switch (type) {
    case 'optional':
      return wrapped ? made(wrapped) : {};
    case 'string':
    case 'number':
    case 'boolean':
      return { type };
    case 'picklist':
      return { enum: options };
    case 'union':
      return { anyOf: (options as Schema[]).map(made) };
    case 'array':
      return { type: 'array', items: item ? made(item) : {} };
    case 'record': {
      if (!value) return { type: 'object' };
      // The only records whose keys are checked are those of rules.
      if (!key?.pipe?.some((step) => step.type === 'check'))
        return { type: 'object', additionalProperties: made(value) };
      const rule = (id: string) => [id, { description: `${rulePageTitle(id)}.`, ...made(value) }];
      return { type: 'object', additionalProperties: false, properties: Object.fromEntries(ruleIds.map(rule)) };
    }
    case 'strict_object': {
      const required = Object.keys(entries).filter((name) => entries[name]?.type !== 'optional');
      const properties = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, made(entry)]));
      return { type: 'object', additionalProperties: false, properties, ...(required.length > 0 && { required }) };
    }
    default:
      throw new Error(`Say in ${import.meta.filename} what ${type} is in a JSON Schema.`);
  }
}
