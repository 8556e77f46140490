import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';

/**
 * Reads the parts of one of poolctl's own JSON documents that the schema names; others are left alone.
 * @throws PoolctlError INPUT_INVALID with file and key
 */
export function parseDocument<const Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  { file, what, hint }: { file: string; what: string; hint: string },
): v.InferOutput<Schema> {
  const invalid = (why: string) => new PoolctlError('INPUT_INVALID', `${file}: ${why}`, { hint });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid('this is not JSON.');
  }
  const read = v.safeParse(schema, document, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const key = v.getDotPath(issue) ?? 'it';
  throw invalid(
    `this is not ${what}: ${key} ${issue.received === 'undefined' ? 'is missing' : 'is not what it should be'}.`,
  );
}
