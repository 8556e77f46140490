import * as v from 'valibot';
import { readYamlDocument } from '../../documents/yaml-document.ts';
import { count, countOrZero, durationMs, durationMsOrZero, password, port, text } from '../../documents/yaml-fields.ts';
import { engineOfType, knownTypes } from './engine-name.ts';

const engine = v.pipe(
  text,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const found = engineOfType(dataset.value);
    if (found) return found;
    addIssue({ message: `${dataset.value} has no pools here. ${knownTypes}` });
    return NEVER;
  }),
);

const connection = v.strictObject({
  id: v.union([text, v.number()], 'must be text or a number'),
  type: engine,
  host: text,
  port: v.optional(port),
  database: text,
  user: text,
  password: v.optional(password),
  tls: v.optional(v.boolean()),
  concurrentUsers: v.optional(countOrZero),
  max: v.optional(count),
  min: v.optional(countOrZero),
  idleTimeout: v.optional(durationMs),
  connectTimeout: v.optional(durationMs),
  statementTimeout: v.optional(durationMsOrZero),
  lifetime: v.optional(durationMs),
  applicationName: v.optional(text),
  isActive: v.optional(v.boolean()),
});

export type WrittenPassword = v.InferOutput<typeof password>;
export type WrittenConnection = v.InferOutput<typeof connection>;

const schema = v.strictObject({ version: v.literal(1, 'must be 1'), connections: v.array(connection) });

const refusal = { code: 'CONFIG_INVALID', hint: 'docs/pools.md has the keys of a file of connections.' } as const;

/** @throws PoolctlError CONFIG_INVALID with line and column */
export const readDefinitionFile = (written: string, path: string): v.InferOutput<typeof schema> =>
  readYamlDocument(schema, written, path, refusal);
