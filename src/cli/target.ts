import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { type Dsn, defaultPorts, parseDsn, tlsModeNamed } from '../engines/dsn.ts';
import { ConnectionTarget, type TlsMode, tlsModes } from '../engines/target.ts';
import type { Sourced } from './flag.ts';
import { readStdin, readText } from './input.ts';
import type { ReadOption } from './options.ts';
import { placeOf } from './place.ts';
import { serverFlags } from './server-flags.ts';

export interface Named {
  readonly target: ConnectionTarget;
  readonly timeoutMs: number;
  /** Where the DSN came from, as the answer says it. */
  readonly source: string;
  readonly warnings: readonly Warning[];
}

/**
 * The server that the user means: a DSN as given, `-` for standard input, `env` or nothing for --url-file, then
 * DATABASE_URL, then the variables of the drivers (PGHOST …, MYSQL_HOST …).
 */
export async function readTarget(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Named> {
  const { dsn, source, isOnCommandLine } = await findDsn(argument, read, io);
  const timeoutMs = readTimeoutMs(read);
  const named = read(serverFlags.sslmode);
  const mode =
    (named && parseMode(named.value, named.source)) ?? dsn.tlsMode ?? modeOf(dsn, io.env['PGSSLMODE']) ?? 'prefer';
  const caFile =
    read(serverFlags.ca)?.value ?? dsn.caFile ?? (dsn.protocol === 'postgres' ? io.env['PGSSLROOTCERT'] : undefined);
  const file = (name: string | undefined) => (name ? readText(name, io) : undefined);
  const target = new ConnectionTarget({
    protocol: dsn.protocol,
    host: dsn.host ?? 'localhost',
    port: dsn.port ?? defaultPorts[dsn.protocol],
    user: dsn.user ?? userOf(dsn, io),
    ...withoutUndefined({
      socketPath: dsn.socketPath,
      password: dsn.password ?? passwordOf(dsn, io),
      database: dsn.database,
    }),
    tls: {
      mode: caFile && mode === 'prefer' ? 'verify-ca' : mode,
      ...withoutUndefined({ ca: file(caFile), cert: file(dsn.certFile), key: file(dsn.keyFile) }),
    },
  });
  io.watchLoop?.(timeoutMs);
  const isExposed = isOnCommandLine && dsn.password !== undefined;
  return { target, timeoutMs, source, warnings: isExposed ? [exposed] : [] };
}

/** How long each answer of a server may take. */
export function readTimeoutMs(read: ReadOption): number {
  return read(serverFlags.timeout).value;
}

const exposed: Warning = {
  code: 'PASSWORD_ON_COMMAND_LINE',
  message: 'The password was on the command line, where the history of the shell keeps it.',
  hint: 'Put the DSN into DATABASE_URL and leave it out, or use --url-file FILE, or - for standard input.',
};

interface Found {
  readonly dsn: Dsn;
  readonly source: string;
  readonly isOnCommandLine: boolean;
}

async function findDsn(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Found> {
  const quiet = (dsn: Dsn, source: string) => ({ dsn, source, isOnCommandLine: false });
  const place = argument && placeOf(argument.value, io);
  if (argument && place !== 'env') {
    if (place === 'stdin') return quiet(parseDsn(firstLine(await readStdin(io)), 'standard input'), 'standard input');
    if (place !== 'dsn') {
      throw new PoolctlError('DSN_INVALID', `${argument.source}: this is not a DSN.`, {
        hint: 'Write postgres://user@host:5432/database or mysql://user@host:3306/database, - for standard input, or env for DATABASE_URL.',
      });
    }
    return { dsn: parseDsn(argument.value, argument.source), source: argument.source, isOnCommandLine: true };
  }
  const urlFile = read(serverFlags['url-file'])?.value;
  if (urlFile !== undefined) return quiet(parseDsn(firstLine(readText(urlFile, io)), urlFile), urlFile);
  const url = io.env['DATABASE_URL'];
  if (url) return quiet(parseDsn(url, 'DATABASE_URL'), 'DATABASE_URL');
  return fromVariables(io);
}

/** The first line that is neither empty nor a remark; `DATABASE_URL=` before it is dropped, so that .env files work. */
function firstLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('#')) ?? '';
  return first.replace(/^(?:export\s+)?[A-Za-z_]\w*=(?=["']?[a-z])/, '').replace(/^(["'])(.*)\1$/, '$2');
}

/** As libpq and MySQL's clients read them. */
function fromVariables({ env }: Io): Found {
  const isPostgres = ['PGHOST', 'PGDATABASE', 'PGUSER', 'PGPORT'].some((name) => env[name]);
  const isMysql = ['MYSQL_HOST', 'MYSQL_DATABASE', 'MYSQL_USER', 'MYSQL_UNIX_PORT'].some((name) => env[name]);
  if (isPostgres && isMysql) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      'The environment names a PostgreSQL (PG...) and a MySQL (MYSQL_...).',
      {
        hint: 'Say which: give a DSN, or set DATABASE_URL.',
      },
    );
  }
  const protocol = isPostgres ? 'postgres' : 'mysql';
  const names = isPostgres
    ? { host: 'PGHOST', port: 'PGPORT', user: 'PGUSER', database: 'PGDATABASE' }
    : { host: 'MYSQL_HOST', port: 'MYSQL_PORT', user: 'MYSQL_USER', database: 'MYSQL_DATABASE' };
  if (!isPostgres && !isMysql) {
    throw new PoolctlError('INPUT_MISSING', 'Which server? There is no DSN.', {
      hint: 'Give postgres://user@host:5432/database, or set DATABASE_URL (or PGHOST …, MYSQL_HOST …).',
    });
  }
  const port = Number(env[names.port] || (isMysql && env['MYSQL_TCP_PORT']) || defaultPorts[protocol]);
  if (!(port >= 1 && port <= 65_535)) throw new PoolctlError('VALUE_INVALID', `${names.port} is not a port.`);
  const host = env[names.host];
  const folder = isPostgres && host?.startsWith('/') ? host : undefined;
  return {
    dsn: {
      protocol,
      port,
      ...withoutUndefined({
        host: folder === undefined ? host || undefined : undefined,
        socketPath:
          folder === undefined ? (isMysql ? env['MYSQL_UNIX_PORT'] : undefined) : `${folder}/.s.PGSQL.${port}`,
        user: env[names.user] || undefined,
        database: env[names.database] || undefined,
      }),
    },
    source: isPostgres ? 'PGHOST …' : 'MYSQL_HOST …',
    isOnCommandLine: false,
  };
}

function userOf({ protocol }: Dsn, { env }: Io): string {
  const named = protocol === 'postgres' ? env['PGUSER'] : env['MYSQL_USER'];
  return named || env['USER'] || (protocol === 'postgres' ? 'postgres' : 'root');
}

function passwordOf({ protocol }: Dsn, { env }: Io): string | undefined {
  return protocol === 'postgres' ? env['PGPASSWORD'] : (env['MYSQL_PASSWORD'] ?? env['MYSQL_PWD']);
}

function parseMode(text: string, source: string): TlsMode {
  const mode = tlsModeNamed(text);
  if (mode) return mode;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not known.`, {
    hint: `Write one of ${tlsModes.join(', ')}.`,
  });
}

function modeOf({ protocol }: Dsn, text: string | undefined): TlsMode | undefined {
  return protocol === 'postgres' && text ? parseMode(text, 'PGSSLMODE') : undefined;
}
