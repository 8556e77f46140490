import type { DeclaredEntry } from '../entry.ts';
import type { PoolSection, Reader } from '../reader.ts';
import { entriesBelow } from '../sections.ts';
import { pgbouncerReader } from './pgbouncer.ts';

const parameters = 'spec.pgbouncer.parameters';

/** A Pooler of CloudNativePG: the parameters of its PgBouncers, of which there are `spec.instances`. */
export const cloudnativePgReader: Reader = {
  title: 'CloudNativePG Pooler',
  formats: ['yaml'],
  drivers: ['pgbouncer'],
  login: [...pgbouncerReader.login, 'spec.cluster.*', 'spec.type', 'metadata.*', 'apiVersion', 'kind', 'status.*'],
  others: {
    ...pgbouncerReader.others,
    'spec.instances': 'runs so many PgBouncers, each with pools of its own',
    'spec.*': 'is no setting of a pool',
  },
  sections: (entries) => poolersOf(entries),
  pick(entries) {
    const [first, second] = poolersOf(entries);
    const own = first && !second ? first.entries : isPooler(entries) ? entries : [];
    return {
      driver: 'pgbouncer',
      engine: 'postgres',
      isMarked: isPooler(own),
      options: own.map((entry) => ({
        ...entry,
        name:
          entry.key === 'spec.pgbouncer.poolMode'
            ? 'pool_mode'
            : entry.key.startsWith(`${parameters}.`)
              ? entry.key.slice(parameters.length + 1)
              : entry.key,
      })),
    };
  },
};

/** Each document of a file that is one. */
function poolersOf(entries: readonly DeclaredEntry[]): PoolSection[] {
  const documents = new Map<number, DeclaredEntry[]>();
  for (const entry of entries) {
    const { document = 0 } = entry;
    const own = documents.get(document) ?? [];
    if (own.length === 0) documents.set(document, own);
    own.push(entry);
  }
  return [...documents.values()].filter(isPooler).map((own) => ({
    at: String(entriesBelow(own, 'metadata').find(({ key }) => key === 'name')?.value ?? ''),
    entries: own,
  }));
}

function isPooler(entries: readonly DeclaredEntry[]): boolean {
  const has = (name: string, pattern: RegExp) =>
    entries.some(({ key, value }) => key === name && pattern.test(String(value)));
  return has('kind', /^Pooler$/) && has('apiVersion', /^postgresql\.cnpg\.io\//);
}
