import type { Stretch } from '../entry.ts';
import { expressionAt, type NamedValue, type PythonCall, type PythonExpression, pathOf } from './expression.ts';
import type { PythonModule } from './module.ts';
import { flattened } from './options.ts';
import type { PythonValues } from './values.ts';

/** An entry of a database: `CONN_MAX_AGE`, `OPTIONS.pool.max_size`; `url` for the address that a helper takes apart. */
export interface DjangoEntry extends NamedValue {
  /** An `if` around it decides whether it holds. */
  readonly isUnsure?: true;
}

/** One of DATABASES, as all assignments to it together leave it. */
export interface DjangoDatabase {
  readonly alias: string;
  readonly at: Stretch;
  readonly given: readonly DjangoEntry[];
  /** Why more may be set than can be seen. */
  readonly hidden?: string | undefined;
  readonly isIndented: boolean;
}

const elsewhere = 'a function or another module makes the other settings';

/** The databases that a module sets: `DATABASES = {…}`, then `DATABASES["default"]["CONN_MAX_AGE"] = 60`. */
export function djangoDatabases(module: PythonModule, values: PythonValues): DjangoDatabase[] {
  const found: DjangoDatabase[] = [];
  for (const { path, value, at, isIndented } of assignmentsTo(module, 'DATABASES')) {
    const [alias, ...keys] = path;
    if (alias === undefined) found.push(...databasesIn(value, at, isIndented, values));
    else if (keys.length === 0 && !found.some((one) => one.alias === alias)) {
      found.push({ alias, at, isIndented, ...databaseIn(value, values) });
    } else {
      const added =
        keys.length === 0 ? databaseIn(value, values).given : flattened([named(keys.join('.'), at, value)], values);
      if (!found.some((one) => one.alias === alias))
        found.push({ alias, at, isIndented, given: [], hidden: elsewhere });
      for (const [index, database] of found.entries()) {
        if (database.alias === alias) found[index] = withMore(database, added, isIndented);
      }
    }
  }
  return found.map((database) => (isOneOfBranches(database, found) ? withCondition(database) : database));
}

/** DATABASES as a whole is assigned in an `if`, and elsewhere too: which of them holds cannot be seen. */
function isOneOfBranches({ alias }: DjangoDatabase, found: readonly DjangoDatabase[]): boolean {
  const same = found.filter((one) => one.alias === alias);
  return same.length > 1 && same.some(({ isIndented }) => isIndented);
}

function withCondition(database: DjangoDatabase): DjangoDatabase {
  const given = database.given.map((entry) =>
    /^(?:ENGINE|url)$/.test(entry.name) ? entry : { ...entry, isUnsure: true as const },
  );
  return { ...database, given, hidden: 'a condition decides which DATABASES holds' };
}

function databasesIn(
  value: PythonExpression,
  at: Stretch,
  isIndented: boolean,
  values: PythonValues,
): DjangoDatabase[] {
  const entries = values.dictOf(value)?.entries ?? [];
  return entries.map(({ name, nameAt, value: own }) => ({
    alias: name,
    at: entries.length === 1 ? at : { start: nameAt.start, end: own.end },
    isIndented,
    ...databaseIn(own, values),
  }));
}

function withMore(database: DjangoDatabase, added: readonly DjangoEntry[], isIndented: boolean): DjangoDatabase {
  const isUnsure = isIndented && !database.isIndented;
  const more = isUnsure ? added.map((entry) => ({ ...entry, isUnsure: true as const })) : added;
  return { ...database, given: [...database.given, ...more] };
}

function databaseIn(value: PythonExpression, values: PythonValues): Pick<DjangoDatabase, 'given' | 'hidden'> {
  const dict = values.dictOf(value);
  if (dict) {
    const spread = dict.spreads.map((one) => databaseIn(one, values));
    const hidden = spread.find((one) => one.hidden !== undefined)?.hidden;
    return { given: [...spread.flatMap(({ given }) => given), ...flattened(dict.entries, values)], hidden };
  }
  const call = value.kind === 'call' ? value : undefined;
  const helped = call && byHelper(call);
  return helped ? { given: helped } : { given: [], hidden: elsewhere };
}

const helper =
  /^(?:dj_database_url|django_database_url)\.(?:config|parse)$|^env(?:\.(?:db|db_url|dj_db_url|database_url))?$/;
/** What dj-database-url and django-environ call settings. */
const renamed: Readonly<Record<string, string>> = {
  conn_max_age: 'CONN_MAX_AGE',
  conn_health_checks: 'CONN_HEALTH_CHECKS',
  engine: 'ENGINE',
};

/** `dj_database_url.config(conn_max_age=600)`, `env.db("DATABASE_URL")`. */
function byHelper(call: PythonCall): NamedValue[] | undefined {
  const path = pathOf(call.of) ?? '';
  if (!helper.test(path)) return undefined;
  const settings = call.named.flatMap((one) => {
    const name = renamed[one.name];
    return name === undefined ? [] : [{ ...one, name }];
  });
  const isParse = path.endsWith('.parse');
  const url = isParse ? call.args[0] : addressFrom(call, path);
  return url ? [named('url', call, url), ...settings] : settings;
}

/** As django-environ reads a variable: which one, and what holds where it is not set. */
function addressFrom(call: PythonCall, path: string): PythonExpression {
  const { start, end, args } = call;
  const given = call.named.find(({ name }) => name === 'env' || name === 'var')?.value ?? args[0];
  const variable: PythonExpression = given ?? {
    kind: 'text',
    value: 'DATABASE_URL',
    inner: start,
    isFormat: false,
    start,
    end,
  };
  const otherwise = call.named.filter(({ name }) => name === 'default');
  const reader: PythonExpression = {
    kind: 'attribute',
    of: { kind: 'name', name: 'env', start, end },
    name: path.startsWith('env') ? 'db' : 'str',
    start,
    end,
  };
  return { kind: 'call', of: reader, args: [variable], named: otherwise, spreads: [], start, end };
}

function named(name: string, nameAt: Stretch, value: PythonExpression): NamedValue {
  return { name, nameAt: { start: nameAt.start, end: nameAt.start }, value };
}

interface Assigned {
  /** The keys in brackets: `["default"]["OPTIONS"]`. */
  readonly path: readonly string[];
  readonly value: PythonExpression;
  readonly at: Stretch;
  readonly isIndented: boolean;
}

/** `NAME = …`, `NAME: dict = …`, `NAME["a"]["b"] = …`, `NAME["a"].update(…)`. */
function assignmentsTo({ tokens }: PythonModule, name: string): Assigned[] {
  return tokens.flatMap((token, index): Assigned[] => {
    if (token.indent === undefined || token.kind !== 'name' || token.text !== name) return [];
    const { expression, next } = expressionAt(tokens, index);
    const isIndented = token.indent > 0;
    const updated = expression.kind === 'call' && expression.of.kind === 'attribute' ? expression : undefined;
    if (updated && updated.of.kind === 'attribute' && updated.of.name === 'update') {
      const path = keysOf(updated.of.of);
      const { args, named: entries, spreads, start, end } = updated;
      const value = args[0] ?? { kind: 'dict' as const, entries, spreads, start, end };
      return path ? [{ path, value, at: expression, isIndented }] : [];
    }
    const path = keysOf(expression);
    const typed = tokens[next]?.text === ':' ? expressionAt(tokens, next + 1).next : next;
    if (!path || tokens[typed]?.text !== '=') return [];
    const { expression: value } = expressionAt(tokens, typed + 1);
    return [{ path, value, at: { start: expression.start, end: value.end }, isIndented }];
  });
}

function keysOf(target: PythonExpression): string[] | undefined {
  if (target.kind === 'name') return [];
  if (target.kind !== 'item' || target.key.kind !== 'text') return undefined;
  const before = keysOf(target.of);
  return before && [...before, target.key.value];
}
