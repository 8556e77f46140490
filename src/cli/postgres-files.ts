import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultPorts } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import type { DsnHost } from '../engines/dsn/hosts.ts';
import { type DsnLayer, layerOf } from '../engines/dsn/layer.ts';
import { hostOfSocket, passwordIn } from '../engines/dsn/password-file.ts';
import { serviceIn } from '../engines/dsn/service-file.ts';
import { readText } from './input.ts';

/** What a service of libpq says: of the file named, else of the user's, else of the system's. @throws PoolctlError DSN_INVALID */
export function readService(service: string, named: string | undefined, source: string, io: Io): DsnLayer {
  const own = named ?? inHome('.pg_service.conf', io);
  const system = io.env['PGSYSCONFDIR'] && join(io.env['PGSYSCONFDIR'], 'pg_service.conf');
  const files = [own, system].filter((file) => file && (file === named || existsSync(resolve(io.cwd, file))));
  for (const file of files) {
    const pairs = file && serviceIn(readText(file, io), service, file);
    if (file && pairs) return layerOf('postgres', pairs, `the service "${service}" of ${file}`);
  }
  throw new PoolctlError('DSN_INVALID', `${source}: there is no service "${service}".`, {
    hint: `It was looked for in ${files.join(' and ') || 'no file: there is neither ~/.pg_service.conf nor PGSERVICEFILE'}.`,
  });
}

/** The text of the file of passwords, where there is one that only its owner may read; and what is wrong with it. */
export function readPasswordFile(named: string | undefined, io: Io): { text: string; warnings: Warning[] } {
  const { platform } = process;
  const own = platform === 'win32' ? inFolder(io.env['APPDATA'], 'postgresql/pgpass.conf') : inHome('.pgpass', io);
  const file = named ?? own;
  const stat = file === undefined ? undefined : statSync(resolve(io.cwd, file), { throwIfNoEntry: false });
  if (file === undefined || !stat?.isFile()) return { text: '', warnings: [] };
  if (platform !== 'win32' && (stat.mode & 0o077) !== 0) {
    const warning: Warning = {
      code: 'PASSWORD_FILE_IGNORED',
      message: `${file} was not read: others than its owner may read it.`,
      hint: `chmod 0600 ${file}. libpq does not read it either.`,
    };
    return { text: '', warnings: [warning] };
  }
  return { text: readText(file, io), warnings: [] };
}

/** The password of a file's text for one place. */
export function passwordFor(
  text: string,
  { host, hostAddress, port = defaultPorts.postgres, socketPath }: DsnHost,
  user: string,
  database = user,
): string | undefined {
  const name = socketPath === undefined ? (host ?? hostAddress ?? 'localhost') : hostOfSocket(socketPath);
  return passwordIn(text, { host: name, port, database, user });
}

/** libpq's own file of authorities, which it uses from sslmode=require on; undefined when it is not there. */
export function usualAuthority(io: Io): string | undefined {
  const file = inHome('.postgresql/root.crt', io);
  return file !== undefined && existsSync(file) ? file : undefined;
}

function inHome(name: string, { env }: Io): string | undefined {
  return inFolder(env['HOME'] || env['USERPROFILE'], name);
}

function inFolder(folder: string | undefined, name: string): string | undefined {
  return folder ? join(folder, name) : undefined;
}
