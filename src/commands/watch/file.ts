import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultPorts } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { dsnInFile } from '../../cli/env-file.ts';
import { readInput, readText } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { placesOfText } from '../../cli/target.ts';
import type { Setting } from '../../engines/dsn/parameter.ts';
import { type DsnText, readDsnText } from '../../engines/dsn/text.ts';
import { ConnectionTarget, type Protocol } from '../../engines/target.ts';
import type { WatchTarget } from '../../watch/options.ts';
import { readTargetsFile, type WrittenTarget } from '../../watch/targets-file.ts';
import { watchFlags } from './flags.ts';
import { passwordOf } from './password.ts';
import { serverAmong } from './server-among.ts';

/** The targets of a file. Passwords are read from their places before each login. @throws PoolctlError CONFIG_INVALID */
export async function targetsOfFile(file: string, read: ReadOption, io: Io) {
  const { text, name } = await readInput(file, io);
  const written = readTargetsFile(text, name);
  const found: { target: WatchTarget; warnings: readonly Warning[] }[] = [];
  for (const one of written) found.push(await targetOf(one, { file, name }, read, io));
  return { targets: found.map(({ target }) => target), warnings: found.flatMap(({ warnings }) => warnings) };
}

/** One target of a file, by its name: what the others say is not looked up. @throws PoolctlError CONFIG_INVALID, VALUE_INVALID */
export async function targetOfFile(name: string, file: string, read: ReadOption, io: Io) {
  const input = await readInput(file, io);
  const written = readTargetsFile(input.text, input.name);
  const found = written.find((one) => one.name === name);
  if (found) return targetOf(found, { file, name: input.name }, read, io);
  const names = written.map((one) => one.name);
  throw new PoolctlError('VALUE_INVALID', `"${name}" is no target of ${input.name}.${didYouMean(name, names)}`, {
    hint: `There are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`,
  });
}

interface From {
  readonly file: string;
  /** As messages call it. */
  readonly name: string;
}

async function targetOf(written: WrittenTarget, from: From, read: ReadOption, io: Io) {
  const { name, kind = 'auto', password, interval, alarms, labels } = written;
  const source = `${from.name}: target ${name}`;
  const text = textOf(written, source, io);
  refuseOtherKind(text, written, source);
  if (typeof password === 'string' || (typeof written.dsn === 'string' && text.values.has('password'))) {
    refusePlaintext(source, from, read, io);
  }
  const places = await placesOfText(text, read, io);
  const choose = serverAmong(places, read, io);
  const server =
    password === undefined
      ? choose
      : async () => new ConnectionTarget({ ...(await choose()).parts, password: await passwordOf(password, io) });
  const target: WatchTarget = {
    name,
    server,
    ...(kind === 'auto' ? {} : { kind }),
    ...withoutUndefined({ intervalMs: interval, alarms: alarms && withoutUndefined(alarms), labels }),
  };
  return { target, server, warnings: places.warnings };
}

function textOf(written: WrittenTarget, source: string, io: Io): DsnText {
  const { dsn, host = '', port, db, user } = written;
  if (typeof dsn === 'string') return readDsnText(dsn, source);
  if (dsn && 'env' in dsn) return readDsnText(inEnvironment(dsn.env, source, io), `${source}: ${dsn.env}`);
  if (dsn) {
    const found = dsnInFile(readText(dsn.file, io, source), dsn.file, io);
    return readDsnText(found.text, `${source}: ${found.source}`);
  }
  const isConsole = written.kind === 'pgbouncer';
  const place = { host, port: port === undefined ? (isConsole ? '6432' : undefined) : String(port), user };
  const values = withoutUndefined({ ...place, database: db ?? (isConsole ? 'pgbouncer' : undefined) });
  const protocol = protocolOf(written, source);
  return {
    protocol,
    source,
    dialect: 'other',
    unused: [],
    values: new Map(Object.entries(values) as [Setting, string][]),
  };
}

function inEnvironment(name: string, source: string, { env }: Io): string {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return value;
  throw new PoolctlError('INPUT_MISSING', `${source}: the environment variable ${name} is not set.`, {
    hint: `Set ${name} to the DSN of this target.`,
  });
}

/** A dsn of PostgreSQL under `kind: mysql` would be asked in a language that its server does not speak. */
function refuseOtherKind({ protocol }: DsnText, { kind = 'auto' }: WrittenTarget, source: string): void {
  if (kind === 'auto' || protocol === protocolOfKind(kind)) return;
  throw new PoolctlError('CONFIG_INVALID', `${source}: its dsn is one of ${protocol}, and its kind is ${kind}.`, {
    hint: 'Leave kind out, or write the dsn of that kind of server.',
  });
}

function protocolOfKind(kind: 'postgres' | 'pgbouncer' | 'mysql' | 'mariadb'): Protocol {
  return kind === 'postgres' || kind === 'pgbouncer' ? 'postgres' : 'mysql';
}

function protocolOf({ kind = 'auto', port }: WrittenTarget, source: string): Protocol {
  if (kind !== 'auto') return protocolOfKind(kind);
  if (port === defaultPorts.mysql) return 'mysql';
  if (port === defaultPorts.postgres) return 'postgres';
  throw new PoolctlError('CONFIG_INVALID', `${source}: what kind of server is it?`, {
    hint: 'Write kind: postgres, mysql, mariadb or pgbouncer, or a dsn instead of host.',
  });
}

/** A password that stands in the file is taken where the user says so, and no one else may read it. */
function refusePlaintext(source: string, { file }: From, read: ReadOption, io: Io): void {
  const hint =
    'Beside the rest, the key password takes { env: NAME }, { file: PATH } or { command: [PROGRAM, ARGUMENT] }';
  if (!read(watchFlags['allow-plaintext-password'])) {
    throw new PoolctlError('CONFIG_INVALID', `${source}: its password stands in the file.`, {
      hint: `${hint}. Or give --allow-plaintext-password.`,
    });
  }
  const others = 0o077;
  if (file !== '-' && (statSync(resolve(io.cwd, file)).mode & others) === 0) return;
  throw new PoolctlError('CONFIG_INVALID', `${source}: its password stands in the file, which others may read.`, {
    hint: `${hint}. Or chmod 600 the file.`,
  });
}
