import type { DeclaredEntry } from '../entry.ts';
import type { PoolSection } from '../reader.ts';

/** What stands between `quarkus.datasource` and the name of a data source. */
const top = /^(?:(%[^.]+)\.)?quarkus\.datasource\.(.+)$/;
/** Keys of the default data source; another word is the name of one. */
const direct =
  /^(?:jdbc|reactive|db-kind|db-version|username|password|credentials-provider|credentials-provider-name|active|devservices|health-exclude|metrics|health|url|driver|max-size|min-size)(?:\.|$)/;

interface Key {
  readonly entry: DeclaredEntry;
  readonly profiles: readonly string[] | undefined;
  /** Empty for the default one. */
  readonly dataSource: string;
  readonly rest: string;
}

/**
 * The pools of Agroal in a configuration of Quarkus: the default data source and the named ones. Keys are as below
 * `quarkus.datasource`, with the profile before them where it is another than `prod`.
 */
export function quarkusPools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const keys = entries.flatMap(keyOf);
  const names = [...new Set(keys.map(({ dataSource }) => dataSource))];
  return names
    .filter((name) => hasPool(keys.filter(({ dataSource }) => dataSource === name).map(({ rest }) => rest)))
    .map((name) => ({ at: name, entries: keys.filter(({ dataSource }) => dataSource === name).map(relative) }));
}

/** The reactive client has a pool of its own kind, and may be the only one. */
function hasPool(keys: readonly string[]): boolean {
  const isReactive = keys.some((key) => key.startsWith('reactive.'));
  return keys.some((key) => key.startsWith('jdbc.')) || (keys.includes('db-kind') && !isReactive);
}

function keyOf(entry: DeclaredEntry): Key[] {
  const [, profile, rest = ''] = top.exec(entry.key) ?? [];
  if (rest === '') return [];
  const profiles = profile?.replace(/[%{}]/g, '').split(',');
  if (direct.test(rest)) return [{ entry, profiles, dataSource: '', rest }];
  const [, quoted, plain = '', below = ''] = /^(?:"([^"]+)"|([^.]+))\.(.+)$/.exec(rest) ?? [];
  return below === '' ? [] : [{ entry, profiles, dataSource: quoted ?? plain, rest: below }];
}

function relative({ entry, profiles, rest }: Key): DeclaredEntry {
  const profile = profiles === undefined ? '' : `%${profiles.includes('prod') ? 'prod' : profiles.join(',')}.`;
  return { ...entry, key: `${profile}quarkus.datasource.${rest}` };
}
