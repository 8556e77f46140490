import { placeFinder } from '../../declarations/code/lines.ts';
import type { DeclaredEntry } from '../../declarations/entry.ts';
import { parseEntries } from '../../declarations/formats/index.ts';
import { mayBeManifest } from '../../declarations/manifests/index.ts';
import { knownCount } from './counts.ts';
import { endpointOfUrl } from './endpoint.ts';
import type { FoundPool } from './found-pool.ts';
import type { ReadUnit } from './unit.ts';

/** QueuePool of SQLAlchemy: create_engine takes these where nothing is set (docs.sqlalchemy.org/en/20/core/engines.html). */
const defaults = { pool_size: 5, max_overflow: 10 } as const;

/**
 * Pools of SQLAlchemy in a configuration of the program's own, such as `database: {url, pool_size, max_overflow}`: read where
 * the owner says that SQLAlchemy takes it. Undefined where no file has a size.
 */
export function configPools({ paths, files }: ReadUnit): readonly FoundPool[] | undefined {
  const found = paths.flatMap((file) => {
    const text = /\.(?:ya?ml|json)$/.test(file) ? files.read(file) : undefined;
    if (text === undefined || !/pool_size|max_overflow/.test(text) || mayBeManifest(file, text)) return [];
    return poolsIn(file, text, entriesOf(file, text));
  });
  return found.length > 0 ? found : undefined;
}

function entriesOf(file: string, text: string): readonly DeclaredEntry[] {
  try {
    return parseEntries('yaml', text, file);
  } catch {
    return [];
  }
}

function poolsIn(file: string, text: string, entries: readonly DeclaredEntry[]): FoundPool[] {
  const spanOf = placeFinder(file, text);
  const groups = new Map<string, Map<string, DeclaredEntry>>();
  for (const entry of entries) {
    const at = entry.key.lastIndexOf('.');
    const own = groups.get(entry.key.slice(0, at + 1)) ?? new Map<string, DeclaredEntry>();
    groups.set(entry.key.slice(0, at + 1), own.set(entry.key.slice(at + 1), entry));
  }
  return [...groups.values()].flatMap((group): FoundPool[] => {
    if (!group.has('pool_size') && !group.has('max_overflow')) return [];
    const part = (name: keyof typeof defaults) => {
      const entry = group.get(name);
      const value = entry === undefined ? defaults[name] : Number(entry.value);
      return { name, connections: value, ...(entry && { place: spanOf(entry.valueAt) }) };
    };
    const parts = [part('pool_size'), part('max_overflow')];
    if (parts.some(({ connections }) => !Number.isInteger(connections) || connections < 0)) return [];
    const url = [...group.values()].map(({ value }) => endpointOfUrl(String(value))).find(Boolean);
    const size = parts.reduce((sum, { connections }) => sum + connections, 0);
    const place = parts.find((one) => one.place)?.place;
    return [
      {
        size: knownCount(size, `pool_size + max_overflow in ${file}`, place),
        ...{ parts, setting: 'pool_size + max_overflow' },
        ...(url && { endpoint: url }),
        ...(place && { place }),
      },
    ];
  });
}
