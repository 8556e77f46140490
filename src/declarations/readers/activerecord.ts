import type { EngineId } from '../../base/engine.ts';
import type { DeclaredEntry } from '../entry.ts';
import { hasErb } from '../formats/erb.ts';
import type { Picked, PickedOption, PoolSection, Reader } from '../reader.ts';
import { entriesBelow } from '../sections.ts';
import { urlParameters } from '../url-parameters.ts';

const engines: Readonly<Record<string, EngineId>> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  postgis: 'postgres',
  mysql2: 'mysql',
  mysql: 'mysql',
  trilogy: 'mysql',
};

/** config/database.yml of Rails; also `DATABASE_URL` with such parameters, which Rails merges into it. */
export const activeRecordReader: Reader = {
  title: 'ActiveRecord',
  made: 'database.yml',
  formats: ['yaml', 'dotenv'],
  drivers: ['activerecord'],
  claims: ({ file, text }) => /(?:^|\/)database\.ya?ml$/.test(file) && /^[ \t]*adapter[ \t]*:/m.test(text),
  login: [
    ...['adapter', 'url', 'host', 'hostaddr', 'port', 'username', 'user', 'password', 'database', 'socket', 'service'],
    ...['sslmode', 'ssl_mode', 'sslcert', 'sslkey', 'sslrootcert', 'sslca', 'sslcapath', 'sslcipher', 'sslverify'],
    ...['gssencmode', 'requiressl', 'passfile'],
  ],
  others: {
    advisory_locks: 'decides whether migrations take a lock',
    application_name: 'names the application to the server',
    collation: 'is the collation of sessions',
    database_tasks: 'decides whether tasks create and migrate the database',
    encoding: 'is the encoding of sessions',
    flags: 'is handed to the MySQL client',
    insert_returning: 'decides whether INSERT returns the id',
    keepalives: 'lets TCP look for a server that is gone',
    'keepalives_*': 'lets TCP look for a server that is gone',
    max_threads: 'is the threads of load_async, not the pool',
    min_messages: 'filters messages of the server',
    min_threads: 'is the threads of load_async, not the pool',
    migrations_paths: 'is where migrations are',
    'migrations_paths.*': 'is where migrations are',
    prepared_statements: 'prepares statements',
    query_cache: 'limits the cached queries',
    reconnect: 'lets the MySQL client reconnect',
    replica: 'says that it is a replica',
    schema_dump: 'is where the schema is written',
    schema_cache_path: 'is where the schema is kept',
    schema_search_path: 'is the search path of sessions',
    statement_limit: 'limits the cached prepared statements',
    strict: 'sets the SQL mode of sessions',
    timeout: 'is how long SQLite waits for a lock',
    tcp_user_timeout: 'lets TCP give up a server that is gone',
    'variables.*': 'is set in each session',
    wait_timeout: 'is when MySQL closes idle sessions',
    write_timeout: 'bounds each wait of the MySQL client to send',
  },
  sections(entries, { format }) {
    return format === 'dotenv' ? [] : environments(entries);
  },
  pick(entries, context) {
    return context.format === 'dotenv' ? pickUrl(entries) : pickObject(entries, context.engine);
  },
};

/**
 * Each environment, and each database of one that has several: `production`, `production.primary`. Not those that only hold
 * what the others merge, and not SQLite, which has no server.
 */
function environments(entries: readonly DeclaredEntry[]): PoolSection[] {
  const parents = new Set(
    entries.flatMap(({ key }) => /^(.+)\.(?:adapter|url|pool|max_connections)$/.exec(key)?.[1] ?? []),
  );
  const all = [...parents]
    .filter((at) => at.split('.').length <= 2)
    .map((at) => ({ at, entries: entriesBelow(entries, at) }))
    .filter(
      ({ entries: own }) => !own.some(({ key, value }) => key === 'adapter' && String(value).startsWith('sqlite')),
    );
  const named = all.filter(({ at }) => !/^(?:[x.]-?)?(?:defaults?|common|base|shared)$/i.test(at));
  const used = named.filter(({ entries: own }) => own.some(({ key }) => key === 'database' || key === 'url'));
  if (used.length > 0) return used;
  return named.length > 0 ? named : all;
}

function pickObject(entries: readonly DeclaredEntry[], asked: EngineId | undefined): Picked {
  const adapter = entries.find(({ key }) => key === 'adapter');
  const url = entries.find(({ key, value }) => key === 'url' && /^[a-z][\w+-]*:\/\//.test(String(value)));
  const named = engines[String(adapter?.value)] ?? engines[/^[a-z\d]+/.exec(String(url?.value))?.[0] ?? ''];
  const engine = named ?? asked;
  const ofUrl = url ? urlParameters(url) : [];
  const ofFile = entries.filter(({ key }) => !ofUrl.some(({ name }) => name === key));
  const options = [...ofFile, ...ofUrl].map((entry) => option(entry));
  const atOnce = options.find(
    ({ name, value }) => name === 'checkout_timeout' && Number(value) === 0 && value !== null,
  );
  return {
    driver: 'activerecord',
    // Waterline and others have adapters of other names.
    isMarked: adapter !== undefined && Object.hasOwn(engines, String(adapter.value)),
    options,
    ...(engine && { engine }),
    ...(atOnce && { nobodyWaits: atOnce }),
  };
}

function pickUrl(entries: readonly DeclaredEntry[]): Picked {
  const own = /^(?:pool|max_connections|checkout_timeout|idle_timeout|reaping_frequency)$/;
  const urls = entries.filter(({ key, value }) => /(?:^|_)DATABASE_URL$/.test(key) && /:\/\/.*\?/.test(String(value)));
  const url = urls.find((candidate) => urlParameters(candidate).some(({ name }) => own.test(name)));
  const scheme = /^([a-z\d]+):/.exec(String(url?.value))?.[1] ?? '';
  const engine = engines[scheme];
  return {
    driver: 'activerecord',
    isMarked: url !== undefined,
    options: url ? urlParameters(url) : [],
    ...(engine && { engine }),
  };
}

function option(entry: DeclaredEntry & { name?: string }): PickedOption {
  const picked = { ...entry, name: entry.name ?? entry.key };
  if (typeof entry.value !== 'string' || !hasErb(entry.value)) return picked;
  return { ...picked, unknown: 'Ruby works it out when the application starts' };
}
