import type { DeclaredEntry, FileFormat } from './entry.ts';
import type { PickedOption, PoolSection, ReadContext } from './reader.ts';

const otherPools = ['hikari', 'dbcp2', 'dbcp', 'tomcat', 'oracleucp', 'druid', 'c3p0', 'agroal'];

export interface SpringPicked {
  readonly isMarked: boolean;
  readonly options: readonly PickedOption[];
  /** The keys of spring.datasource itself. */
  readonly datasource: readonly PickedOption[];
}

/**
 * The pools of one kind in a Spring Boot configuration: what is below each key that has `hikari` in it. Keys are left as
 * they are in the file, because those of the data source around the pool belong to it too.
 */
export function springSections(entries: readonly DeclaredEntry[], pool: string): PoolSection[] {
  const below = belowPool(pool);
  const parents = new Map<string, string>();
  for (const { key } of entries) {
    const own = below.exec(key);
    const parent = own === null ? undefined : (own[1] ?? '');
    if (parent !== undefined && !parents.has(parent.toLowerCase())) parents.set(parent.toLowerCase(), parent);
  }
  const all = [...parents.values()];
  return all.map((at) => ({
    at,
    entries: entries.filter(({ key }) => {
      const isInside = at === '' || key.toLowerCase().startsWith(`${at}.`.toLowerCase());
      const own = below.exec(key);
      return isInside && (own === null || (own[1] ?? '').toLowerCase() === at.toLowerCase());
    }),
  }));
}

function belowPool(pool: string): RegExp {
  return new RegExp(`^(?:(.*)\\.)?${pool}\\.(.+)$`, 'i');
}

/**
 * The options of a pool in a Spring Boot configuration (`spring.datasource.hikari.maximum-pool-size`), in any of the
 * spellings that Spring Boot takes, or without Spring in a file of its own (`maximumPoolSize`). Of several pools, the first.
 */
export function springOptions(
  entries: readonly DeclaredEntry[],
  pool: string,
  { options: poolOptions, others }: { options: readonly string[]; others: readonly string[] },
  {
    format,
    ownFormats = ['properties'],
  }: Pick<ReadContext, 'format'> & { readonly ownFormats?: readonly FileFormat[] },
): SpringPicked {
  const known = [...poolOptions, ...others];
  const below = belowPool(pool);
  const found = entries.flatMap((entry) => {
    const [, parent = '', rest] = below.exec(entry.key) ?? [];
    return rest === undefined ? [] : [{ parent, option: named(entry, rest, known) }];
  });
  const [first] = found;
  if (first) {
    const own = found.filter(({ parent }) => parent.toLowerCase() === first.parent.toLowerCase());
    const datasource = entries.flatMap((entry) => inDatasource(entry, first.parent, pool, poolOptions, known));
    return { isMarked: true, options: own.map(({ option }) => option), datasource };
  }
  const isSpring = entries.some(({ key }) => /^(?:spring|server|management|logging)\b/.test(key));
  if (!isSpring && ownFormats.includes(format))
    return { isMarked: false, options: entries.map((entry) => named(entry, entry.key, known)), datasource: [] };
  return {
    isMarked: false,
    options: [],
    datasource: entries.flatMap((entry) => inDatasource(entry, 'spring.datasource', pool, poolOptions, known)),
  };
}

/** `maximum-pool-size`, `maximumPoolSize` and `maximum_pool_size` are one. What is below a dot is a driver's and stays. */
function named(entry: DeclaredEntry, rest: string, known: readonly string[]): PickedOption {
  const [head = '', ...tail] = rest.split('.');
  const name = byUniform(known).get(uniform(head)) ?? camelCase(head);
  return { ...entry, name: [name, ...tail].join('.') };
}

function inDatasource(
  entry: DeclaredEntry,
  parent: string,
  pool: string,
  poolOptions: readonly string[],
  known: readonly string[],
): PickedOption[] {
  if (parent === '' || !entry.key.toLowerCase().startsWith(`${parent.toLowerCase()}.`)) return [];
  const option = named(entry, entry.key.slice(parent.length + 1), known);
  if (springOwn.test(option.name)) return [];
  if (otherPools.includes(option.name.split('.')[0]?.toLowerCase() ?? '')) return [];
  return [
    poolOptions.includes(option.name)
      ? {
          ...option,
          misplaced: `Spring Boot does not hand it to the pool from here; it belongs below ${parent}.${pool}`,
        }
      : option,
  ];
}

const uniformNames = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

/** The names by their uniform spelling, the first of each; made once for a list. */
function byUniform(known: readonly string[]): ReadonlyMap<string, string> {
  const before = uniformNames.get(known);
  if (before) return before;
  const names = new Map<string, string>();
  for (const name of known) if (!names.has(uniform(name))) names.set(uniform(name), name);
  uniformNames.set(known, names);
  return names;
}

function uniform(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

function camelCase(name: string): string {
  return name.replace(/[-_]+([a-zA-Z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Spring Boot's own of a data source: scripts for its start, and where its login comes from. */
const springOwn =
  /^(?:initialization(?:Mode|Order)?|schema|data|(?:schema|data)(?:Username|Password)|continueOnError|separator|sqlScriptEncoding|platform|initialize|deferDatasourceInitialization|jmxEnabled|dbcp2?|xa|embeddedDatabaseConnection)(?:\.|$)/;
