import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { type DsnLayer, layerOf } from '../engines/dsn/layer.ts';
import type { Setting } from '../engines/dsn/parameter.ts';
import { pairsOfEnvironment } from '../engines/dsn/systems.ts';
import type { DsnText } from '../engines/dsn/text.ts';
import { tlsModeNamed } from '../engines/dsn/tls.ts';
import { tlsModes } from '../engines/target.ts';
import { readService } from './postgres-files.ts';

const postgresNames = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGSERVICE'];
const mysqlNames = ['MYSQL_HOST', 'MYSQL_DATABASE', 'MYSQL_USER', 'MYSQL_UNIX_PORT'];

/** The server that the variables of libpq or of MySQL's clients name, without a DSN. @throws PoolctlError INPUT_MISSING */
export function namedByVariables({ env }: Pick<Io, 'env'>): DsnText {
  const isPostgres = postgresNames.some((name) => env[name]);
  const isMysql = mysqlNames.some((name) => env[name]);
  if (isPostgres && isMysql) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      'The environment names a PostgreSQL (PG...) and a MySQL (MYSQL_...).',
      {
        hint: 'Say which: give a DSN, or set DATABASE_URL.',
      },
    );
  }
  if (!isPostgres && !isMysql) {
    throw new PoolctlError('INPUT_MISSING', 'Which server? There is no DSN.', {
      hint: 'Give postgres://user@host:5432/database, or set DATABASE_URL (or PGHOST …, MYSQL_HOST …).',
    });
  }
  const nothing = { unused: [], dialect: 'other' } as const;
  if (isPostgres) return { ...nothing, protocol: 'postgres', source: 'PGHOST …', values: new Map() };
  const values = mysqlValues({ database: 'MYSQL_DATABASE' }, env);
  return { ...nothing, protocol: 'mysql', source: 'MYSQL_HOST …', values };
}

/** What service and environment say where the DSN says nothing. @throws PoolctlError DSN_INVALID, VALUE_INVALID */
export function layersOf(text: DsnText, io: Io): DsnLayer[] {
  return text.protocol === 'postgres' ? postgresLayers(text, io) : [mysqlLayer(text, io.env)];
}

/** As libpq: the DSN, then the service, then the environment. Java's driver knows few of the variables. */
function postgresLayers(text: DsnText, io: Io): DsnLayer[] {
  const { env } = io;
  const mode = env['PGSSLMODE'];
  if (mode && !tlsModeNamed(mode)) {
    throw new PoolctlError('VALUE_INVALID', `PGSSLMODE "${mode}" is not known.`, {
      hint: `Write one of ${tlsModes.join(', ')}.`,
    });
  }
  checkPort('PGPORT', env);
  const forJava = ['user', 'password', 'passfile', 'servicefile', 'sslmode', 'sslrootcert'];
  const pairs = pairsOfEnvironment(env).filter(([name]) => text.dialect !== 'jdbc' || forJava.includes(name));
  // The warning is about what the DSN says.
  const variables: DsnLayer = { ...layerOf('postgres', pairs, 'the environment'), unused: [] };
  const value = (name: Setting) => text.values.get(name) ?? variables.values.get(name);
  const service = value('service');
  if (service === undefined) return [variables];
  return [readService(service, value('serviceFile'), text.source, io), variables];
}

function checkPort(name: string, env: Io['env']): void {
  const isPort = (text: string) => text === '' || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535);
  if ((env[name] ?? '').split(',').every(isPort)) return;
  throw new PoolctlError('VALUE_INVALID', `${name} is not a port.`, { hint: 'Write a number from 1 to 65535.' });
}

/** MYSQL_HOST and its port do not count where the DSN names a place. */
function mysqlLayer({ values }: DsnText, env: Io['env']): DsnLayer {
  for (const name of ['MYSQL_PORT', 'MYSQL_TCP_PORT']) checkPort(name, env);
  const isPlaced = values.has('host') || values.has('socket');
  const place = { host: 'MYSQL_HOST', port: ['MYSQL_PORT', 'MYSQL_TCP_PORT'], socket: 'MYSQL_UNIX_PORT' };
  const login = { user: 'MYSQL_USER', password: ['MYSQL_PASSWORD', 'MYSQL_PWD'] };
  return { values: mysqlValues({ ...login, ...(isPlaced ? {} : place) }, env), unused: [] };
}

function mysqlValues(
  names: { readonly [Name in Setting]?: string | readonly string[] },
  env: Io['env'],
): Map<Setting, string> {
  const found = Object.entries(names).flatMap(([setting, variables]): [Setting, string][] => {
    const value = [variables]
      .flat()
      .map((name) => env[name])
      .find((text) => text);
    return value ? [[setting as Setting, value]] : [];
  });
  return new Map(found);
}
