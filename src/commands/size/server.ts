import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { parseCount, parseRatio } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ReadOption, Sourced } from '../../cli/options.ts';
import { placeOf } from '../../cli/place.ts';
import type { SizeInput } from '../../size/input.ts';
import type { KnownServer } from './known-server.ts';
import type { Sources } from './sources.ts';

/** Instances, processes and surge. */
export function gatherFleet(read: ReadOption, sources: Sources): NonNullable<SizeInput['fleet']> {
  return withoutUndefined({
    instances: sources.take('fleet.instances', read('instances', parseCount)),
    maxInstances: sources.take('fleet.maxInstances', read('max-instances', parseCount)),
    processesPerInstance: sources.take('fleet.processesPerInstance', read('processes', parseCount)),
    surgeRatio: sources.take('fleet.surgeRatio', read('surge', parseRatio)),
  });
}

/** Cores and disks of the server. */
export function gatherHardware(read: ReadOption, sources: Sources): SizeInput['hardware'] {
  const cores = sources.take('hardware.cores', read('cores', parseCount));
  const spindles = sources.take(
    'hardware.spindles',
    read('spindles', (text, source) => parseCount(text, source, 0)),
  );
  if (cores === undefined && spindles !== undefined) {
    throw new PoolctlError('INPUT_MISSING', 'The rule of cores and spindles needs the cores.', {
      hint: 'Add --cores 4.',
    });
  }
  return cores === undefined ? undefined : { cores, ...withoutUndefined({ spindles }) };
}

interface GatheredServer {
  readonly limits?: NonNullable<SizeInput['server']>;
  readonly memory?: NonNullable<SizeInput['memory']>;
  readonly engine?: EngineId;
  /** What was seen on a live server. */
  readonly warnings?: readonly Warning[];
}

/** The server's limits, from itself, a profile or by themselves, and what a connection costs it. */
export async function gatherServer(
  read: ReadOption,
  io: Io,
  sources: Sources,
  asksForFleet: boolean,
): Promise<GatheredServer> {
  const orZero = (text: string, source: string) => parseCount(text, source, 0);
  const maxConnections = read('max-connections', parseCount);
  const reserved = read('reserved', orZero);
  const others = read('other-connections', orZero);
  const named = read('server', (text) => text) ?? measuredServer(read, io) ?? read('url-file', () => 'env');
  if (!named && !maxConnections) {
    if (reserved ?? others) {
      throw new PoolctlError(
        'INPUT_MISSING',
        `${(reserved ?? others)?.source} is given, but not what the server allows.`,
        {
          hint: 'Add --max-connections N, or --server mysql.',
        },
      );
    }
    return asksForFleet ? { memory: await memoryOfEngines() } : {};
  }

  const server = named && (await knownServer(named, read, io, maxConnections !== undefined));
  const limit = maxConnections ?? server?.maxConnections;
  if (limit === undefined) {
    throw new PoolctlError('INPUT_MISSING', `What ${named?.value} allows is not published.`, {
      hint: "Ask the server (SHOW max_connections, or SHOW VARIABLES LIKE 'max_connections') and give --max-connections.",
    });
  }
  const slots = reserved
    ? [{ name: 'reserved', connections: reserved.value, source: reserved.source }]
    : server?.reserved;
  return {
    limits: {
      maxConnections: sources.take('server.maxConnections', limit) ?? 0,
      ...withoutUndefined({
        name: server?.name,
        estimated: !maxConnections && server?.maxConnections?.estimated ? true : undefined,
        reserved: slots,
        otherConnections: sources.take('server.otherConnections', others ?? server?.otherConnections),
        caps: sources.take('server.caps', server?.caps),
      }),
    },
    memory: server?.memory ?? (await memoryOfEngines()),
    ...withoutUndefined({ engine: server?.engine, warnings: server?.warnings }),
  };
}

/** The server that the load is measured on is the one to check against. */
function measuredServer(read: ReadOption, io: Io): Sourced<string> | undefined {
  const from = read('from', (text) => text);
  const place = from && placeOf(from.value, io);
  return place === 'dsn' || place === 'env' ? from : undefined;
}

/** A DSN, `-` and `env` lead to a live server, a name to a profile. */
async function knownServer(
  named: Sourced<string>,
  read: ReadOption,
  io: Io,
  isLimitGiven: boolean,
): Promise<KnownServer> {
  const place = placeOf(named.value, io);
  if (place === 'name' || place === 'file') return (await import('../../profiles/limits.ts')).serverLimits(named.value);
  const isMeasured = measuredServer(read, io)?.value === named.value;
  return (await import('./live.ts')).liveServer(named, read, io, { isLimitGiven, isMeasured });
}

async function memoryOfEngines(): Promise<NonNullable<SizeInput['memory']>> {
  return (await import('../../profiles/limits.ts')).memoryOf(['postgres', 'mysql', 'mariadb']);
}
