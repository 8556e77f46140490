import type { EngineId } from '../../base/engine.ts';
import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import { curlyExpressionAt } from '../sources/curly-expression.ts';
import { type CurlyFunction, curlyFunctionAround } from '../sources/curly-module.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import { callsIn, type GoCall } from './calls.ts';
import { asDuration } from './values.ts';

/** Methods of *sql.DB; whether each takes a time.Duration. */
const methods: Readonly<Record<string, boolean>> = {
  SetMaxOpenConns: false,
  SetMaxIdleConns: false,
  SetConnMaxLifetime: true,
  SetConnMaxIdleTime: true,
};

interface Receiver {
  readonly text: string;
  readonly within: CurlyFunction | undefined;
}

interface Setter extends Receiver {
  readonly option: DeclaredOption;
}

/** The pools of database/sql: each value that limits are set on, and each that is opened without. */
export function sqlPools(values: CurlyValues): DeclaredPool[] {
  const setters = settersIn(values);
  const opened = callsIn(values.module, /^\w+\.(?:Must)?(?:Open|Connect)(?:DB)?(?:Context)?$/).filter((call) =>
    isSql(call),
  );
  const byReceiver = new Map<string, Setter[]>();
  for (const setter of setters) {
    const key = `${setter.text} ${setter.within?.start}`;
    byReceiver.set(key, [...(byReceiver.get(key) ?? []), setter]);
  }
  const limited = [...byReceiver.values()].flatMap((own) => poolOf(own, opened, values));
  const bare = opened
    .filter(({ name, start }) => !setters.some((setter) => isSame(setter, name, start, values)))
    .flatMap((call) => declaredPool(call, undefined, [], values));
  return [...limited, ...bare].sort((a, b) => a.place.start - b.place.start);
}

function isSame({ text, within }: Receiver, name: string | undefined, at: number, values: CurlyValues): boolean {
  return text === name && curlyFunctionAround(values.module.functions, at) === within;
}

function poolOf(setters: readonly Setter[], opened: readonly GoCall[], values: CurlyValues): DeclaredPool[] {
  const [first] = setters;
  if (!first) return [];
  const call = opened.find(({ name, start }) => isSame(first, name, start, values));
  return declaredPool(
    call,
    first.text,
    setters.map(({ option }) => option),
    values,
  );
}

function declaredPool(
  call: GoCall | undefined,
  name: string | undefined,
  options: readonly DeclaredOption[],
  values: CurlyValues,
): DeclaredPool[] {
  const engine = engineOf(call, values.module.text);
  const place = call ? values.module.spanOf(call) : options[0]?.place;
  if (engine === 'other' || !place) return [];
  const kept = name ?? call?.name;
  return [
    {
      library: 'go-database-sql',
      ...(engine && { engine }),
      place,
      made: call?.path ?? 'sql.DB',
      ...(kept !== undefined && { name: kept }),
      options,
      ...(options.length === 0 && { opaque: 'its limits may be set where it is handed to' }),
      lives: curlyFunctionAround(values.module.functions, place.start) ? 'instance' : 'module',
    },
  ];
}

function settersIn(values: CurlyValues): Setter[] {
  const { tokens, functions, text, spanOf, language } = values.module;
  return tokens.flatMap((token, index): Setter[] => {
    const isDuration = Object.hasOwn(methods, token.text) ? methods[token.text] : undefined;
    if (isDuration === undefined || tokens[index - 1]?.text !== '.' || tokens[index + 1]?.text !== '(') return [];
    const from = receiverFrom(tokens, index - 2);
    const { expression: argument } = curlyExpressionAt(tokens, index + 2, language);
    const value = values.of(argument);
    const close = tokens.findIndex(({ start, text: sign }) => start >= argument.end && sign === ')');
    return [
      {
        text: text.slice(tokens[from]?.start, tokens[index - 1]?.start).replace(/\s+/g, ''),
        within: curlyFunctionAround(functions, token.start),
        option: {
          name: token.text,
          value: isDuration ? asDuration(value) : value,
          place: spanOf({ start: tokens[from]?.start ?? token.start, end: tokens[close]?.end ?? argument.end }),
          keyPlace: spanOf(token),
        },
      },
    ];
  });
}

/** The token that a chain of names and calls begins with, from its last one. */
function receiverFrom(tokens: CurlyValues['module']['tokens'], last: number): number {
  let at = last;
  for (;;) {
    if (tokens[at]?.text === ')') {
      for (let depth = 0; at > 0; at -= 1) {
        if (tokens[at]?.text === ')') depth += 1;
        if (tokens[at]?.text === '(') depth -= 1;
        if (depth === 0) break;
      }
      at -= 1;
    }
    if (tokens[at - 1]?.text !== '.') return Math.max(0, at);
    at -= 2;
  }
}

/** `sql.Open(driver, …)` and what other packages have of the same form; `sql.OpenDB(connector)`. */
function isSql({ path, args }: GoCall): boolean {
  if (/^(?:sql|stdlib)\.OpenDB$/.test(path)) return true;
  const [first, second] = args;
  const [driver] = path.endsWith('Context') ? [second] : [first];
  return driver?.kind === 'text' ? args.length >= 2 : /^(?:sql|sqlx)\./.test(path) && args.length >= 2;
}

const drivers: readonly (readonly [RegExp, EngineId | 'other'])[] = [
  [/postgres|pgx|^pq$|cloudsql-?postgres/i, 'postgres'],
  [/mysql|mariadb/i, 'mysql'],
  [/./, 'other'],
];

const packages: readonly (readonly [RegExp, EngineId | 'other'])[] = [
  [/"(?:github\.com\/(?:lib\/pq|jackc\/pgx[\w/]*)|gorm\.io\/driver\/postgres)"/, 'postgres'],
  [/"(?:github\.com\/go-sql-driver\/mysql|gorm\.io\/driver\/mysql)"/, 'mysql'],
  [
    /"(?:github\.com\/(?:mattn\/go-sqlite3|microsoft\/go-mssqldb|denisenkom\/go-mssqldb|godror\/godror|ClickHouse\/clickhouse-go\/v2|glebarez\/sqlite)|gorm\.io\/driver\/(?:sqlite|sqlserver|clickhouse)|modernc\.org\/sqlite)"/,
    'other',
  ],
];

/** By the name of the driver that it is opened with, or else by the only one that the file imports. */
function engineOf(call: GoCall | undefined, text: string): EngineId | 'other' | undefined {
  const driver = call?.args.find(({ kind }) => kind === 'text');
  if (call && !call.path.endsWith('OpenDB') && driver?.kind === 'text' && !driver.value.includes(':')) {
    return drivers.find(([pattern]) => pattern.test(driver.value))?.[1];
  }
  const imported = packages.filter(([pattern]) => pattern.test(text)).map(([, engine]) => engine);
  return imported.length === 1 ? imported[0] : undefined;
}
