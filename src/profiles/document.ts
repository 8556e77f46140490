import type * as v from 'valibot';
import { readYamlDocument } from '../documents/yaml-document.ts';

const refusal = {
  code: 'PROFILE_INVALID',
  hint: '`poolctl profiles show production` prints a profile to start from.',
} as const;

/**
 * Reads YAML text as the profile that the schema says.
 * @throws PoolctlError PROFILE_INVALID
 */
export const parseProfile = <const Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  file: string,
): v.InferOutput<Schema> => readYamlDocument(schema, text, file, refusal);
