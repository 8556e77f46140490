import { contradiction, type DeclaredEntry, shownKey } from './entry.ts';
import type { PickedOption, ReadContext } from './reader.ts';

const otherPools = ['hikari', 'dbcp2', 'dbcp', 'tomcat', 'oracleucp'];

export interface SpringPicked {
  readonly isMarked: boolean;
  readonly options: readonly PickedOption[];
  /** The keys of spring.datasource itself. */
  readonly datasource: readonly PickedOption[];
}

/**
 * The options of a pool in a Spring Boot configuration (`spring.datasource.hikari.maximum-pool-size`), in any of the
 * spellings that Spring Boot takes, or without Spring in a file of its own (`maximumPoolSize`).
 */
export function springOptions(
  entries: readonly DeclaredEntry[],
  pool: string,
  { options: poolOptions, others }: { options: readonly string[]; others: readonly string[] },
  { file, format }: Pick<ReadContext, 'file' | 'format'>,
): SpringPicked {
  const known = [...poolOptions, ...others];
  const below = new RegExp(`^(?:(.*)\\.)?${pool}\\.(.+)$`, 'i');
  const found = entries.flatMap((entry) => {
    const [, parent = '', rest] = below.exec(entry.key) ?? [];
    return rest === undefined ? [] : [{ parent, option: named(entry, rest, known) }];
  });
  const [first] = found;
  const second = found.find(({ parent }) => parent !== first?.parent);
  if (first && second) {
    throw contradiction(
      file,
      second.option.line,
      `here is a second pool, ${shownKey(`${second.parent}.${pool}`)}; the first is ${shownKey(`${first.parent}.${pool}`)} in line ${first.option.line}.`,
      'Convert them one by one: leave only one in the file.',
    );
  }
  if (first) {
    const datasource = entries.flatMap((entry) => inDatasource(entry, first.parent, pool, poolOptions, known));
    return { isMarked: true, options: found.map(({ option }) => option), datasource };
  }
  const isSpring = entries.some(({ key }) => /^(?:spring|server|management|logging)\b/.test(key));
  if (!isSpring && format === 'properties')
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
  const name = known.find((candidate) => uniform(candidate) === uniform(head)) ?? camelCase(head);
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

function uniform(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

function camelCase(name: string): string {
  return name.replace(/[-_]+([a-zA-Z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
