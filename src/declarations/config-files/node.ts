import type { DeclaredPool } from '../declared-pool.ts';
import type { DeclaredEntry } from '../entry.ts';
import type { Reader } from '../reader.ts';
import { knexReader } from '../readers/knex.ts';
import { sequelizeReader } from '../readers/sequelize.ts';
import { typeormReader } from '../readers/typeorm.ts';
import { type ConfigContext, type ConfigFile, poolFrom, readContext } from './config-file.ts';

interface NodeFile {
  readonly name: RegExp;
  readonly reader: Reader;
  readonly made: string;
  readonly package: string;
  /** The option that says which database it is. */
  readonly engine: string;
}

/** Files of ORMs that hold options and no code. */
const nodeFiles: readonly NodeFile[] = [
  {
    name: /(?:^|\/)ormconfig\.(?:json|ya?ml)$/,
    reader: typeormReader,
    made: 'ormconfig',
    package: 'typeorm',
    engine: 'type',
  },
  {
    name: /(?:^|\/)(?:config|database)\/(?:config|database)\.json$/,
    reader: sequelizeReader,
    made: 'config of sequelize-cli',
    package: 'sequelize',
    engine: 'dialect',
  },
  { name: /(?:^|\/)knexfile\.json$/, reader: knexReader, made: 'knexfile', package: 'knex', engine: 'client' },
];

export function isNodeFile(file: string): boolean {
  return nodeFiles.some(({ name }) => name.test(file));
}

/** The pools of ormconfig, of sequelize-cli's config and of a knexfile without code: one, or one a connection or environment. */
export function nodePools(file: ConfigFile, context: ConfigContext): DeclaredPool[] {
  const kind = nodeFiles.find(({ name }) => name.test(file.file));
  if (!kind) return [];
  return groupsOf(file.entries, kind.engine).flatMap(({ group, entries }) => {
    const picked = kind.reader.pick(entries, readContext(file, context));
    if (picked.engine === undefined) return [];
    const endpoints = endpointsIn(entries);
    const isNumber = /^\d+$/.test(group);
    const pool = poolFrom(picked, kind.reader, file, {
      made: kind.made,
      package: kind.package,
      ...(endpoints > 0 && { endpoints }),
      ...(group !== '' && (kind.package === 'typeorm' ? !isNumber && { name: group } : { environment: group })),
    });
    return pool ?? [];
  });
}

/** The whole file, or what is below each key of its top that names a database. */
function groupsOf(all: readonly DeclaredEntry[], engine: string): { group: string; entries: DeclaredEntry[] }[] {
  if (all.some(({ key }) => key === engine)) return [{ group: '', entries: [...all] }];
  const groups = new Map<string, DeclaredEntry[]>();
  for (const entry of all) {
    const at = entry.key.indexOf('.');
    if (at < 0) continue;
    const group = entry.key.slice(0, at);
    const own = groups.get(group) ?? [];
    own.push({ ...entry, key: entry.key.slice(at + 1) });
    groups.set(group, own);
  }
  return [...groups]
    .map(([group, entries]) => ({ group, entries }))
    .filter(({ entries }) => entries.some(({ key }) => key === engine));
}

/** TypeORM: `replication.master` and each of `slaves`; Sequelize: `replication.write` and each of `read`. */
function endpointsIn(entries: readonly DeclaredEntry[]): number {
  const found = entries.map(({ key }) => /^replication\.(?:master|write|(?:slaves|read)\.\d+)(?=\.|$)/.exec(key)?.[0]);
  return new Set(found.filter((name) => name !== undefined)).size;
}
