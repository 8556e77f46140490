import type { DeclaredEntry } from '../entry.ts';
import type { Environment } from '../environment.ts';
import type { Origin, Resolved } from '../value.ts';
import { asWritten, type ConfigFile } from './config-file.ts';

const placeholder = /^\$\{\s*([\w.-]+)\s*(?::(.*))?\}$/s;

/**
 * A value of a Spring file. A variable of its own name beats it: SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE, also with `_`
 * for each dash. `${NAME:default}` is what the project's files set NAME to, or else the default. The environment
 * beats the default at run time, so a variable that no file sets may still have another value there.
 */
export function springValue(entry: DeclaredEntry, file: ConfigFile, environment: Environment): Resolved {
  const plain = asWritten(entry, file);
  const beats = fromVariable(entry.key, file, environment);
  if (beats) return beats;
  return typeof entry.value === 'string' ? filled(entry.value, plain, file.file, environment, 0) : plain;
}

function filled(text: string, plain: Resolved, file: string, environment: Environment, depth: number): Resolved {
  const [, name, fallback] = placeholder.exec(text.trim()) ?? [];
  if (name === undefined || depth > 5) return plain.kind === 'known' ? { ...plain, value: text } : plain;
  const variable: Origin = { kind: 'environment', text: name };
  const values = environment.valuesOf(variableOf(name), file);
  const [only, other] = values;
  if (only && !other) return { ...only, origins: [variable, ...only.origins, ...plain.origins] };
  if (other) {
    const candidates = values.filter((value) => value.kind === 'known');
    return { kind: 'unknown', why: `${name} has several values`, origins: [variable, ...plain.origins], candidates };
  }
  if (fallback === undefined)
    return { kind: 'unknown', why: `${name} is set in no file of the project`, origins: [variable, ...plain.origins] };
  const value = filled(fallback, plain, file, environment, depth + 1);
  return { ...value, origins: [{ kind: 'default', text: `default of ${name}` }, ...value.origins] };
}

/** What the variable that binds to a key of a pool sets it to; undefined where none does, or several differ. */
export function fromVariable(key: string, { file }: ConfigFile, environment: Environment): Resolved | undefined {
  for (const name of variablesOf(key)) {
    const [only, other] = environment.valuesOf(name, file);
    if (only && !other) return { ...only, origins: [{ kind: 'environment', text: name }, ...only.origins] };
  }
  return undefined;
}

/** The variables that bind to a key of a pool; other keys are not asked for. */
function variablesOf(key: string): readonly string[] {
  if (!/\.(?:hikari|dbcp2|tomcat)\./.test(key)) return [];
  const dotted = key.replaceAll('.', '_');
  return [dotted.replaceAll('-', ''), dotted.replaceAll('-', '_')].map((name) => name.toUpperCase());
}

/** `db.pool-size` is set by DB_POOLSIZE (Spring Boot, "Binding From Environment Variables"). */
function variableOf(name: string): string {
  return /^[A-Z0-9_]+$/.test(name) ? name : name.replaceAll('.', '_').replaceAll('-', '').toUpperCase();
}
