import type { EngineId } from '../../base/engine.ts';
import { folderOf, foldersUpward, joinPath } from '../code/paths.ts';
import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { SourceSpan } from '../source-span.ts';
import type { SourceAround } from '../sources/source-reader.ts';
import type { ReadFile, TextFile } from '../text-file.ts';
import { branchesOf } from './branches.ts';
import { argumentsAt, type ElixirExpression, type ElixirField } from './expression.ts';
import { ectoOptions } from './options.ts';
import { type ElixirToken, elixirTokens } from './tokens.ts';
import { ElixirValues } from './values.ts';

/** Longer than a file that a person writes. */
const longestFile = 500_000;
/** More than any application has. */
const mostPools = 100;
const mostCalls = 300;

/** Whether a file of Elixir may configure a pool of Ecto, Postgrex or MyXQL; quick, so that all files can be asked. */
export function mayMakeElixirPools({ file, text }: TextFile): boolean {
  return /\.exs?$/.test(file) && /Repo|\b(?:Postgrex|MyXQL)\b/.test(text) && makes.test(text);
}

const makes = /^[ \t]*config\b|\b(?:Postgrex|MyXQL)(?:\.start_link|\s*,)/m;

/**
 * The pools that a file of Elixir configures: `config :app, App.Repo, pool_size: 10`, `Postgrex.start_link(…)` and
 * `{Postgrex, …}` below a supervisor. Literals, variables of the environment and of the file are followed; the rest is
 * unknown. Never throws for what is in a file.
 */
export function elixirPools(file: TextFile, around: SourceAround): DeclaredPool[] {
  if (file.text.length > longestFile) return [];
  const tokens = elixirTokens(file.text);
  const values = new ElixirValues(file, tokens, around);
  const engine = engineOf(file, around.read);
  return merged(callsIn(tokens))
    .slice(0, mostPools)
    .flatMap(({ made, name, at, fields }): DeclaredPool[] => {
      const own = /^(?:Postgrex|MyXQL)/.exec(made)?.[0];
      const given = ectoOptions(fields, values);
      const isBare = own !== undefined && !given.some((option) => option.name === 'pool_size');
      const options = isBare ? [...given, oneConnection(own, values.spanOf(at))] : given;
      const opaque = name === undefined ? undefined : elsewhere(name, file, around.read);
      const ofDriver = own === undefined ? engine : own === 'Postgrex' ? 'postgres' : 'mysql';
      const environment = environments[/(?:^|\/)(\w+)\.exs$/.exec(file.file)?.[1] ?? ''];
      const pools = options.find((option) => option.name === 'pool_count')?.value;
      const endpoints =
        pools?.kind === 'known' && typeof pools.value === 'number' && pools.value > 1 ? pools.value : undefined;
      return [
        {
          library: 'ecto',
          ...(ofDriver && { engine: ofDriver }),
          place: values.spanOf(at),
          made,
          ...(name !== undefined && { name }),
          options,
          ...(opaque !== undefined && { opaque }),
          ...(endpoints !== undefined && { endpoints }),
          ...(environment !== undefined && { environment }),
          lives: 'module',
        },
      ];
    });
}

/** Without Ecto, which has a default of its own, a pool has one connection (db_connection 2.10.2 pool.ex:25). */
function oneConnection(driver: string, place: SourceSpan): DeclaredOption {
  const origins = [{ kind: 'driver-default' as const, text: `default of ${driver}` }];
  return { name: 'pool_size', value: { kind: 'known', value: 1, origins }, place, keyPlace: place };
}

const environments: Readonly<Record<string, string>> = { prod: 'production', dev: 'development', test: 'test' };

interface Call {
  readonly made: string;
  /** The module of the Repo. */
  readonly name?: string;
  readonly at: ElixirExpression;
  /** Undefined where more than the environment decides whether it counts. */
  readonly inProduction?: boolean | undefined;
  readonly fields: readonly ElixirField[];
}

function callsIn(tokens: readonly ElixirToken[]): Call[] {
  const begins = Array.from(tokens.keys()).filter((index) => isCallAt(tokens, index));
  const branches = branchesOf(tokens);
  return begins.slice(0, mostCalls).flatMap((index): Call[] => {
    const token = tokens[index];
    if (!token) return [];
    if (token.text === 'config')
      return repoAt(tokens, index).map((call) => ({ ...call, inProduction: branches[index] }));
    const list = argumentsFrom(tokens, token.text.endsWith('.start_link') ? index + 1 : index + 2);
    return [{ made: token.text, at: { ...list, start: token.start }, fields: fieldsOf(list) }];
  });
}

/**
 * A later `config` of a Repo adds to an earlier one of the same file and beats it key by key, as Config.config/3 merges. What
 * does not count in production, or nobody knows whether it does, is a pool beside that.
 */
function merged(calls: readonly Call[]): Call[] {
  const byName = new Map<string, Call>();
  const beside: Call[] = [];
  for (const call of calls) {
    const before = call.name === undefined ? undefined : byName.get(call.name);
    const kept = before?.fields.filter(({ name }) => !call.fields.some((field) => field.name === name)) ?? [];
    const whole = { ...call, fields: [...kept, ...call.fields] };
    if (call.name === undefined || call.inProduction !== true) beside.push(whole);
    else byName.set(call.name, before ? { ...whole, at: before.at } : whole);
  }
  return [...byName.values(), ...beside].sort((one, other) => one.at.start - other.at.start);
}

/** `config :app, Name`, `Postgrex.start_link`, `{Postgrex,`. */
function isCallAt(tokens: readonly ElixirToken[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind !== 'name') return false;
  if (token.text === 'config') {
    const first = index + (tokens[index + 1]?.text === '(' ? 2 : 1);
    return tokens[first]?.kind === 'atom' && tokens[first + 2]?.kind === 'name';
  }
  if (/^(?:Postgrex|MyXQL)\.start_link$/.test(token.text)) return true;
  const isDriver = /^(?:Postgrex|MyXQL)$/.test(token.text);
  return isDriver && tokens[index - 1]?.text === '{' && tokens[index + 1]?.text === ',';
}

/** Longer than the arguments of any call. */
const mostTokens = 3_000;

function argumentsFrom(tokens: readonly ElixirToken[], at: number): ReturnType<typeof argumentsAt> {
  return argumentsAt(tokens.slice(at, at + mostTokens), 0);
}

const ofPool = /^(?:pool_size|pool_count|queue_target|queue_interval)$/;

/** `config :my_app, MyApp.Repo, …`. */
function repoAt(tokens: readonly ElixirToken[], index: number): Call[] {
  const list = argumentsFrom(tokens, index + 1);
  const [app, repo] = list.items;
  if (app?.kind !== 'atom' || repo?.kind !== 'name') return [];
  const fields = fieldsOf(list);
  const isRepo = /(?:^|\.)\w*Repo(?:\.\w+)?$/.test(repo.name);
  const isOne = fields.some(
    ({ name }) => ofPool.test(name) || (isRepo && /^(?:url|hostname|database|timeout)$/.test(name)),
  );
  const start = tokens[index]?.start ?? 0;
  return isOne ? [{ made: `config ${repo.name}`, name: repo.name, at: { ...list, start }, fields }] : [];
}

/** Those that stand in the call, and those of a list that is its last argument. */
function fieldsOf(list: ElixirExpression & { kind: 'list' }): readonly ElixirField[] {
  const last = list.items.at(-1);
  return [...(last?.kind === 'list' ? last.fields : []), ...list.fields];
}

/** By what the file names, or else by the dependencies of its application. */
function engineOf({ file, text }: TextFile, read: ReadFile): EngineId | undefined {
  const mix = foldersUpward(folderOf(file)).flatMap(
    (folder) => read(folder === '' ? 'mix.exs' : `${folder}/mix.exs`) ?? [],
  );
  for (const evidence of [text, ...mix]) {
    const isPostgres = /\bPostgrex\b|Adapters\.Postgres\b|:postgrex\b|\b(?:postgres|postgresql):\/\//.test(evidence);
    const isMysql = /\bMyXQL\b|Adapters\.MyXQL\b|:myxql\b|\bmysql:\/\//.test(evidence);
    if (isPostgres !== isMysql) return isPostgres ? 'postgres' : 'mysql';
  }
  return undefined;
}

/** Why an option that is not here may be set elsewhere: each file of config/ adds to those before it. */
function elsewhere(repo: string, { file }: TextFile, read: ReadFile): string | undefined {
  const others = ['config.exs', 'runtime.exs', 'prod.exs'].filter(
    (name) => !file.endsWith(`/${name}`) && file !== name,
  );
  for (const name of others) {
    const path = joinPath(folderOf(file), name);
    const text = path === undefined ? undefined : read(path);
    if (text?.includes(repo) && /\b(?:pool_size|queue_target|url)\s*:/.test(text))
      return `${path} sets options of ${repo} too`;
  }
  return undefined;
}
