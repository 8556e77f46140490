import type { DeclaredEntry } from './entry.ts';
import type { Picked, PickedOption, PoolSection } from './reader.ts';

/** A keyword of a connection string of .NET with its value, and where they begin in the text. */
export interface ConnectionWord {
  readonly keyword: string;
  readonly value: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/**
 * `Host=db;Maximum Pool Size=20`: keywords and values with semicolons between them. A value in quotes may hold semicolons, and
 * the quote itself twice (DbConnectionStringBuilder of .NET).
 */
export function connectionWords(text: string): ConnectionWord[] {
  const words: ConnectionWord[] = [];
  for (let at = 0; at < text.length; ) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    // A semicolon before it ends something that is no keyword, as a password without its quotes does.
    at = text.lastIndexOf(';', equals) >= at ? text.lastIndexOf(';', equals) + 1 : at;
    const written = text.slice(at, equals);
    const keyword = written.trim();
    if (!/^[A-Za-z][\w -]*$/.test(keyword)) break;
    const valueStart = equals + 1 + spacesIn(text.slice(equals + 1, equals + 100));
    const { value, end } = valueAt(text, valueStart);
    words.push({ keyword, value, start: at + spacesIn(written), valueStart, end });
    const next = text.indexOf(';', end);
    if (next < 0) break;
    at = next + 1;
    while (text[at] === ';' || text[at] === ' ') at += 1;
  }
  return words;
}

function valueAt(text: string, start: number): { value: string; end: number } {
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    let end = text.indexOf(quote, start + 1);
    while (end >= 0 && text[end + 1] === quote) end = text.indexOf(quote, end + 2);
    if (end >= 0) return { value: text.slice(start + 1, end).replaceAll(quote + quote, quote), end: end + 1 };
  }
  const semicolon = text.indexOf(';', start);
  const value = text.slice(start, semicolon < 0 ? undefined : semicolon).trimEnd();
  return { value, end: start + value.length };
}

function spacesIn(text: string): number {
  return text.length - text.trimStart().length;
}

/** The drivers that connection strings are read for, and all the others. */
export type ConnectionDriver = 'npgsql' | 'mysqlconnector' | 'other';

const addresses = /^(?:server|host|data source|datasource|address|addr|network address)$/i;
const onlyNpgsql =
  /^(?:connection idle lifetime|connectionidlelifetime|connection pruning interval|search path|searchpath|include error detail|no reset on close|noresetonclose|max auto prepare|maxautoprepare|load balance hosts|target session attributes|passfile|ssl negotiation|maxpoolsize|server compatibility mode|internal command timeout|read buffer size)$/i;
const onlyMysql =
  /^(?:default command timeout|defaultcommandtimeout|connection idle timeout|connectionidletimeout|connection ?reset|allow ?user ?variables|allow ?public ?key ?retrieval|allow ?zero ?datetime|convert ?zero ?datetime|treat ?tiny ?as ?boolean|use ?affected ?rows|char ?set|character ?set|old ?guids|guid ?format|connection ?protocol|ssl-?ca|ssl ca)$/i;
const onlyOthers =
  /^(?:initial catalog|integrated security|trusted_connection|multiple ?active ?result ?sets|encrypt|trustservercertificate|attachdbfilename|authentication|column encryption setting|application ?intent|multi ?subnet ?failover|mode|cache|foreign keys|dba privilege|endpoint|accountendpoint|accountkey)$/i;

/** The driver that a connection string is for, where its keywords tell; undefined where several would read it. */
export function connectionDriver(words: readonly ConnectionWord[]): ConnectionDriver | undefined {
  const has = (pattern: RegExp) => words.some(({ keyword }) => pattern.test(keyword));
  const port = words.find(({ keyword }) => /^port$/i.test(keyword))?.value;
  if (has(onlyOthers) && port !== '5432' && port !== '3306') return 'other';
  if (port === '5432' || port === '6432') return 'npgsql';
  if (port === '3306') return 'mysqlconnector';
  if (has(onlyMysql)) return 'mysqlconnector';
  const isNpgsql = has(onlyNpgsql) || (has(/^host$/i) && has(/^user ?name$/i));
  return isNpgsql ? 'npgsql' : undefined;
}

/** A connection string in a file of settings. */
export interface ConnectionText {
  /** As ConnectionStrings calls it: `Default`; else the key that it stands behind. */
  readonly name: string;
  readonly entry: DeclaredEntry;
  readonly text: string;
  /** The file is nothing but the string, so that its first keyword is the key of the entry. */
  readonly isBare?: true;
}

/** The connection strings among the settings of a file. */
export function connectionStrings(entries: readonly DeclaredEntry[]): ConnectionText[] {
  return entries.flatMap((entry): ConnectionText[] => {
    const { key, value } = entry;
    if (typeof value !== 'string' || !value.includes('=')) return [];
    // A text that is nothing but a connection string is read as a key with a value: `Host` = `db;Port=5432`.
    if (addresses.test(key) || /^(?:data|user)$/i.test(key)) {
      const text = `${key}${addresses.test(key) ? '=' : ' '}${value}`;
      return connectionWords(text).length > 1 ? [{ name: '', entry, text, isBare: true }] : [];
    }
    const words = connectionWords(value);
    if (words.length < 2 || !words.some(({ keyword }) => addresses.test(keyword))) return [];
    return [{ name: key.replace(/^(?:.*(?:\.|__|:))?ConnectionStrings(?:\.|__|:)/i, ''), entry, text: value }];
  });
}

/** Each connection string that is this driver's, or may be. */
export function connectionSections(entries: readonly DeclaredEntry[], driver: ConnectionDriver): PoolSection[] {
  return connectionStrings(entries)
    .filter((string) => (driverOf(string) ?? driver) === driver)
    .map(({ name, entry }) => ({ at: name, entries: [entry] }));
}

const engineOfDriver = { npgsql: 'postgres', mysqlconnector: 'mysql' } as const;

/** How a driver names what is in its connection strings. */
interface ConnectionNames {
  /** The names that its profile has, by keywords in lower case. */
  readonly properties: Readonly<Record<string, string>>;
  /** All other names that are known of it; keywords are the same in upper and in lower case. */
  readonly known: readonly string[];
}

/** The options of a driver's connection string. */
export function pickConnection(
  entries: readonly DeclaredEntry[],
  driver: keyof typeof engineOfDriver,
  names: ConnectionNames,
): Picked {
  const found = connectionStrings(entries).map((string) => ({ string, of: driverOf(string) }));
  const own = found.filter(({ of }) => of === driver);
  const options = (own.length > 0 ? own : found.filter(({ of }) => of === undefined)).flatMap(({ string }) =>
    optionsOfString(string, namesByKeyword(names)),
  );
  const picked: Picked = { driver, isMarked: own.length > 0, engine: engineOfDriver[driver], options };
  return options.some(({ name, value }) => name === 'Pooling' && isNo.test(String(value)))
    ? withoutPool(picked)
    : picked;
}

const isNo = /^\s*(?:false|no|0)\s*$/i;

/** The limits of a pool do nothing where there is none. */
function withoutPool(picked: Picked): Picked {
  const options = picked.options.map((option) =>
    /^M(?:ax|in)(?:imum)?PoolSize$/.test(option.name) ? { ...option, misplaced: 'Pooling turns the pool off' } : option,
  );
  return { ...picked, options, opaque: 'Pooling is off, so that each Open() makes a connection of its own' };
}

function namesByKeyword({ properties, known }: ConnectionNames): ReadonlyMap<string, string> {
  return new Map([
    ...known.map((name) => [name.toLowerCase(), name] as const),
    ...Object.values(properties).map((name) => [name.toLowerCase(), name] as const),
    ...Object.entries(properties),
  ]);
}

function driverOf({ text }: ConnectionText): ConnectionDriver | undefined {
  return connectionDriver(connectionWords(text));
}

/** Its keywords, called as the profile has them, with their places in the file. */
function optionsOfString(
  { name, entry, text, isBare }: ConnectionText,
  names: ReadonlyMap<string, string>,
): PickedOption[] {
  const { valueAt, keyAt } = entry;
  // Quotes stand on each side of it; where more differs, as with escapes, places within it cannot be told.
  const quote = (valueAt.end - valueAt.start - String(entry.value).length) / 2;
  const from = isBare ? keyAt.start : quote === 0 || quote === 1 ? valueAt.start + quote : undefined;
  const nameOf = (keyword: string) => {
    const together = keyword.replace(/[ -]/g, '');
    return names.get(keyword.toLowerCase()) ?? names.get(together.toLowerCase()) ?? together.replace(/^ssl/i, 'SSL');
  };
  return connectionWords(text).map(({ keyword, value, start, valueStart, end }) => ({
    ...entry,
    key: [...(name === '' ? [] : [name]), keyword.replaceAll(' ', '')].join('.'),
    name: nameOf(keyword),
    value,
    ...(from !== undefined && {
      keyAt: { start: from + start, end: from + start + keyword.length },
      valueAt: { start: from + valueStart, end: from + end },
    }),
  }));
}
