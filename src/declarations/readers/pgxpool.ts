import type { Reader } from '../reader.ts';
import { urlParameters } from '../url-parameters.ts';

/** A .env file whose DATABASE_URL has the parameters of Go's pgxpool. */
export const pgxpoolReader: Reader = {
  title: 'pgxpool',
  formats: ['dotenv'],
  drivers: ['pgxpool'],
  login: [
    'url',
    'host',
    'port',
    'user',
    'password',
    'dbname',
    'database',
    'service',
    'servicefile',
    'passfile',
    'ssl*',
  ],
  others: {
    application_name: 'names the application to the server',
    default_query_exec_mode: 'decides how statements are prepared',
    description_cache_capacity: 'limits the cached descriptions of statements',
    min_read_buffer_size: 'sizes the buffer of a connection',
    search_path: 'is the search path of sessions',
    statement_cache_capacity: 'limits the cached prepared statements',
    target_session_attrs: 'chooses among several servers',
    timezone: 'is the time zone of sessions',
  },
  pick(entries) {
    const urls = entries.filter(({ value }) => /^postgres(?:ql)?:\/\//i.test(String(value)));
    const pooled = urls.find(({ value }) => /[?&]pool_(?:max|min)_conns=/.test(String(value)));
    const url = pooled ?? urls[0];
    return {
      driver: 'pgxpool',
      engine: 'postgres',
      isMarked: pooled !== undefined,
      options: url ? [{ ...url, name: 'url' }, ...urlParameters(url)] : [],
    };
  },
};
