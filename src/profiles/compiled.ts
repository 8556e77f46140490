import { existsSync, readFileSync } from 'node:fs';
import type { Kind } from './files.ts';

/** Written by the build: the shipped profiles as JSON, which spares a start the YAML parser. */
const data = new URL('./data/', import.meta.url);

/** A shipped profile as the build compiled it; undefined where nothing was built. */
export function compiledProfile(kind: Kind, id: string): object | undefined {
  const json = new URL(`${kind}/${id}.json`, data);
  return existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as object) : undefined;
}
