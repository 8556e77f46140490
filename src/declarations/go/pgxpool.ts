import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { CurlyBinding } from '../sources/curly-module.ts';
import { curlyFunctionAround } from '../sources/curly-module.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import { type ConnectionOptions, optionsOfConnection } from '../sources/options-of-connection.ts';
import { callsIn, type GoCall } from './calls.ts';
import { goText } from './texts.ts';
import { asDuration } from './values.ts';

/** Parameters of a connection text that pgxpool and pgx read, with the field of pgxpool.Config that each is for. */
const parameters: Readonly<Record<string, string>> = {
  pool_max_conns: 'MaxConns',
  pool_min_conns: 'MinConns',
  pool_min_idle_conns: 'MinIdleConns',
  pool_max_conn_lifetime: 'MaxConnLifetime',
  pool_max_conn_lifetime_jitter: 'MaxConnLifetimeJitter',
  pool_max_conn_idle_time: 'MaxConnIdleTime',
  pool_health_check_period: 'HealthCheckPeriod',
  connect_timeout: 'ConnConfig.ConnectTimeout',
  statement_timeout: 'ConnConfig.RuntimeParams.statement_timeout',
};

const durations =
  /^(?:MaxConnLifetime|MaxConnLifetimeJitter|MaxConnIdleTime|HealthCheckPeriod|ConnConfig\.ConnectTimeout)$/;

/** The pools of pgxpool: `New` (v4: `Connect`) with a connection text, or `ParseConfig` and what is set on its result. */
export function pgxPools(values: CurlyValues): DeclaredPool[] {
  const calls = callsIn(values.module, /^pgxpool\.(?:New|Connect|ParseConfig|NewWithConfig|ConnectConfig)$/);
  const direct = calls.filter(({ path }) => /\.(?:New|Connect)$/.test(path));
  const parsed = calls.filter(({ path }) => path.endsWith('.ParseConfig'));
  return [
    ...direct.map((call) => declaredPool(call, call.args[1], [], undefined, values)),
    ...parsed.map((call) => configured(call, calls, values)),
  ].sort((a, b) => a.place.start - b.place.start);
}

/** Fields are set where the configuration is parsed; what other functions do with it is not followed. */
function configured(call: GoCall, calls: readonly GoCall[], values: CurlyValues): DeclaredPool {
  const { bindings, functions } = values.module;
  const within = curlyFunctionAround(functions, call.start);
  const here = ({ start }: { start: number }) => curlyFunctionAround(functions, start) === within;
  const config = [...bindings.values()].flat().find(({ value }) => value.start === call.start)?.path;
  const made = calls.find((other) => /Config$/.test(other.path) && !other.path.endsWith('ParseConfig') && here(other));
  const set = [...bindings.values()]
    .flat()
    .filter(({ path, nameAt }) => config !== undefined && path.startsWith(`${config}.`) && here(nameAt))
    .flatMap((binding) => optionOf(binding, binding.path.slice((config?.length ?? 0) + 1), values));
  const opaque = made
    ? undefined
    : 'what else is set on the configuration is not followed to the function that makes the pool';
  return declaredPool(
    { ...call, ...(made && { path: made.path, start: made.start, end: made.end, name: made.name }) },
    call.args[0],
    set,
    opaque,
    values,
  );
}

function optionOf({ nameAt, value }: CurlyBinding, name: string, values: CurlyValues): DeclaredOption[] {
  if (!Object.values(parameters).includes(name)) return [];
  const resolved = values.of(value);
  const { spanOf } = values.module;
  return [
    {
      name,
      value: durations.test(name) ? asDuration(resolved) : resolved,
      place: spanOf({ start: nameAt.start, end: value.end }),
      keyPlace: spanOf(nameAt),
    },
  ];
}

function declaredPool(
  { path, name, start, end }: Pick<GoCall, 'path' | 'name' | 'start' | 'end'>,
  text: GoCall['args'][number] | undefined,
  set: readonly DeclaredOption[],
  hidden: string | undefined,
  values: CurlyValues,
): DeclaredPool {
  const url: ConnectionOptions = text
    ? optionsOfConnection(text, goText(text, values), Object.keys(parameters), values)
    : { options: [] };
  const opaque = hidden ?? url.opaque;
  return {
    library: 'pgxpool',
    engine: 'postgres',
    place: values.module.spanOf({ start, end }),
    made: path,
    ...(name !== undefined && { name }),
    // What is set on the configuration takes the place of what the text says.
    options: [
      ...url.options.filter((option) => !set.some(({ name: field }) => parameters[option.name] === field)),
      ...set,
    ],
    ...(opaque !== undefined && { opaque }),
    lives: curlyFunctionAround(values.module.functions, start) ? 'instance' : 'module',
  };
}
