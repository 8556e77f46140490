import { askForMaxConnections } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import { placeOf } from '../../cli/place.ts';
import { findProjectFile, hasPart } from '../../cli/project/find.ts';
import { isPrometheusUrl } from '../../demand/prometheus-url.ts';
import type { SizeInput } from '../../size/input.ts';
import { sizeFlags } from './flags.ts';
import type { KnownServer } from './known-server.ts';

/** What is known of the server that the flags name; undefined where they name none. */
export async function findServer(read: ReadOption, io: Io): Promise<KnownServer | undefined> {
  const maxConnections = read(sizeFlags['max-connections']);
  const urlFile = read(sizeFlags['url-file']);
  const named = read(sizeFlags.server) ?? measuredServer(read, io) ?? (urlFile && { ...urlFile, value: 'env' });
  if (!named) {
    const part = read(sizeFlags.reserved) ?? read(sizeFlags['other-connections']);
    if (!part || maxConnections) return undefined;
    throw new PoolctlError('INPUT_MISSING', `${part.source} is given, but not what the server allows.`, {
      hint: 'Add --max-connections N, or --server mysql.',
    });
  }
  const { maxConnections: limit, ...server } = await knownServer(named, read, io, maxConnections !== undefined);
  if (maxConnections) return server;
  if (limit) return { ...server, maxConnections: limit };
  throw new PoolctlError('INPUT_MISSING', `What ${named.value} allows is not published.`, {
    hint: askForMaxConnections(server.engine),
  });
}

/** What a connection costs each engine that an answer could speak of. */
export async function memoryOfEngines(): Promise<NonNullable<SizeInput['memory']>> {
  return (await import('../../profiles/limits.ts')).memoryOf(['postgres', 'mysql', 'mariadb']);
}

/** The server that the load is measured on is the one to check against. */
function measuredServer(read: ReadOption, io: Io): Sourced<string> | undefined {
  const from = read(sizeFlags.from);
  const place = from && placeOf(from.value, io);
  return (place === 'dsn' && !isPrometheusUrl(from?.value ?? '')) || place === 'env' ? from : undefined;
}

/** A DSN, `-` and `env` lead to a live server, a name to a profile. */
async function knownServer(
  named: Sourced<string>,
  read: ReadOption,
  io: Io,
  isLimitGiven: boolean,
): Promise<KnownServer> {
  const place = placeOf(named.value, io);
  const declared = place === 'name' ? await declaredServer(named.value, io) : undefined;
  if (declared) return declared;
  if (place === 'name' && (await isTarget(named.value, io))) return live();
  if (place === 'name' || place === 'file') return (await import('../../profiles/limits.ts')).serverLimits(named.value);
  return live();

  async function live(): Promise<KnownServer> {
    const isMeasured = measuredServer(read, io)?.value === named.value;
    return (await import('./live.ts')).liveServer(named, read, io, { isLimitGiven, isMeasured });
  }
}

/** A server of `servers` in poolctl.yaml. */
async function declaredServer(name: string, io: Io): Promise<KnownServer | undefined> {
  const file = findProjectFile(io);
  return file && hasPart(file, 'servers')
    ? (await import('./declared-server.ts')).declaredServer(name, file)
    : undefined;
}

async function isTarget(name: string, io: Io): Promise<boolean> {
  const file = findProjectFile(io);
  if (!file || !hasPart(file, 'targets')) return false;
  const { readProject } = await import('../../cli/project/read.ts');
  return Object.hasOwn(readProject(file).targets ?? {}, name);
}
