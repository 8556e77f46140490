import { placeFinder } from '../code/lines.ts';
import type { DeclaredEntry, Stretch } from '../entry.ts';
import { parseConnectString, parseIni } from '../formats/ini.ts';
import { variablesOf } from '../pgbouncer-variables.ts';
import type { SourceSpan } from '../source-span.ts';
import type { TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { type Container, imageName } from './container.ts';
import type { PooledDatabase, PoolerInFiles } from './pooler.ts';
import { countOf, inManifest, known, unknown } from './values.ts';

/** Defaults by PgBouncer's doc/config.md, as in profiles/poolers/pgbouncer.yaml. */
const defaults = {
  pool_mode: 'session',
  max_client_conn: 100,
  default_pool_size: 20,
  reserve_pool_size: 0,
  max_db_connections: 0,
  max_user_connections: 0,
  /** Of 1.24 and newer; 0 before. */
  max_prepared_statements: 200,
} as const;
type Setting = keyof typeof defaults;

export function isPgbouncerFile({ file, text }: TextFile): boolean {
  return /\.ini$/i.test(file) && /^[ \t]*\[pgbouncer\]/m.test(text);
}

/** The settings of a pgbouncer.ini. @throws PoolctlError INPUT_INVALID for a line that is none */
export function poolerIn(
  { file, text }: TextFile,
  spanOf: (stretch: Stretch) => SourceSpan = placeFinder(file, text),
): PoolerInFiles {
  const entries = parseIni(text, file);
  const own = entries.filter(({ section }) => section === 'pgbouncer');
  const setting = (name: Setting) => {
    const entry = own.findLast(({ key }) => key === name);
    return entry ? settingOf(name, String(entry.value), spanOf(entry.keyAt)) : byDefault(name);
  };
  const header = text.indexOf('[pgbouncer]');
  const queryTimeoutSeconds = Number(own.findLast(({ key }) => key === 'query_timeout')?.value ?? 0);
  return {
    ...(queryTimeoutSeconds > 0 && { queryTimeoutSeconds }),
    kind: 'pgbouncer',
    place: spanOf(header < 0 ? { start: 0, end: 0 } : { start: header, end: header + '[pgbouncer]'.length }),
    ...settings(setting),
    databases: entries
      .filter(({ section, key }) => section === 'databases' && key !== '%include')
      .map((entry) => databaseIn(entry, spanOf)),
  };
}

/** Whether an image runs PgBouncer, and not what watches it. */
export function isPgbouncerImage(image: string): boolean {
  return /pgbouncer/.test(imageName(image)) && !/exporter|metrics/.test(imageName(image));
}

/**
 * A PgBouncer that its image sets up from variables: those of edoburu (`MAX_CLIENT_CONN`), Bitnami or pgbouncer.org
 * (`PGBOUNCER_…`). Undefined where no variable says which server is behind it: its settings are then out of sight.
 */
export function poolerFromImage(container: Container, service: string): PoolerInFiles | undefined {
  const { env, place } = container;
  const given = (...names: string[]) => names.map((name) => env.get(name)).find((found) => found !== undefined);
  const text = (...names: string[]) => {
    const value = given(...names);
    return value?.kind === 'known' ? String(value.value) : undefined;
  };
  if (!given('DATABASE_URL', 'DB_HOST', 'POSTGRESQL_HOST', 'DATABASES_HOST', 'DATABASES')) return undefined;
  const setting = (name: Setting) => {
    const value = given(...variablesOf(name));
    if (value === undefined) return byDefault(name);
    return value.kind === 'known' ? settingOf(name, String(value.value), value.origins[0]?.place ?? place) : value;
  };
  const url = /@([\w.-]+)(?::(\d+))?\/([\w-]+)/.exec(text('DATABASE_URL') ?? '');
  const host = text('DB_HOST', 'POSTGRESQL_HOST', 'DATABASES_HOST') ?? url?.[1];
  // Bitnami serves the database `postgres` where nothing is said; the others serve any.
  const otherwise = env.has('POSTGRESQL_HOST') ? 'postgres' : '*';
  const names = [
    'DB_NAME',
    'PGBOUNCER_DATABASE',
    'POSTGRESQL_DATABASE',
    'DATABASES_CLIENT_SIDE_DBNAME',
    'DATABASES_DBNAME',
  ];
  const [user, poolSize] = [text('DATABASES_USER'), text('DATABASES_POOL_SIZE')];
  return {
    kind: 'pgbouncer',
    service,
    place,
    ...settings(setting),
    databases: [
      {
        name: text(...names) ?? url?.[3] ?? otherwise,
        ...(host !== undefined && { host }),
        ...(user !== undefined && { user }),
        ...(poolSize !== undefined && { poolSize: settingOf('default_pool_size', poolSize, place) }),
        place,
      },
    ],
  };
}

function settings(setting: (name: Setting) => Resolved) {
  return {
    mode: setting('pool_mode'),
    clients: setting('max_client_conn'),
    poolSize: setting('default_pool_size'),
    reserve: setting('reserve_pool_size'),
    mostServers: setting('max_db_connections'),
    mostOfUser: setting('max_user_connections'),
    prepared: setting('max_prepared_statements'),
  };
}

function byDefault(name: Setting): Resolved {
  return known(defaults[name], { kind: 'driver-default', text: `default of ${name}` });
}

function settingOf(name: Setting, text: string, place: SourceSpan): Resolved {
  const value = known(text, inManifest(name, place));
  if (name === 'pool_mode') return value;
  const count = countOf(value);
  return count === undefined ? unknown(`${name} is no number`, ...value.origins) : { ...value, value: count };
}

function databaseIn(entry: DeclaredEntry, spanOf: (stretch: Stretch) => SourceSpan): PooledDatabase {
  const place = spanOf(entry.keyAt);
  const given = new Map(parseConnectString(String(entry.value)).map(({ key, value }) => [key, value]));
  const count = (key: string): Resolved | undefined => {
    const text = given.get(key);
    return text === undefined ? undefined : settingOf('default_pool_size', text, place);
  };
  const [host, user, port] = [given.get('host'), given.get('user'), Number(given.get('port'))];
  const [poolSize, reserve] = [count('pool_size'), count('reserve_pool_size') ?? count('reserve_pool')];
  const mostServers = count('max_db_connections');
  return {
    name: entry.key,
    ...(host !== undefined && { host }),
    ...(port > 0 && { port }),
    ...(user !== undefined && { user }),
    ...(poolSize && { poolSize }),
    ...(reserve && { reserve }),
    ...(mostServers && { mostServers }),
    place,
  };
}
