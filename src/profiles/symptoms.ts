import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Symptom } from './symptom.ts';

export interface NamedSymptom extends Symptom {
  readonly id: string;
}

const folder = new URL('../../profiles/symptoms/', import.meta.url);
/** Written by the build, which spares a start the YAML parser. */
const built = new URL('./data/symptoms.json', import.meta.url);

/** The ids of all symptoms, sorted. */
export function symptomIds(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/** All symptoms, as shipped. */
export async function allSymptoms(): Promise<readonly NamedSymptom[]> {
  return existsSync(built) ? (JSON.parse(readFileSync(built, 'utf8')) as NamedSymptom[]) : parseSymptoms();
}

/** The same from the YAML files; a mistake in one is PROFILE_INVALID with file, line and column. */
export async function parseSymptoms(): Promise<readonly NamedSymptom[]> {
  const { parseSymptom } = await import('./symptom.ts');
  return symptomIds().map((id) => ({
    id,
    ...parseSymptom(id, readFileSync(new URL(`${id}.yaml`, folder), 'utf8')),
  }));
}

/** The title of a symptom, from the first line of its file: a list of all parses none of them. */
export function symptomTitle(id: string): string {
  const title = /^title: (.*)$/m.exec(readFileSync(new URL(`${id}.yaml`, folder), 'utf8'))?.[1] ?? id;
  return title.replace(/^(['"])(.*)\1$/, '$2');
}
