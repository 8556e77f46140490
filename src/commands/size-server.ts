import type { SizeInput } from '../core/input.ts';
import { known } from '../core/known.ts';
import type { Engine } from '../emit/target.ts';
import { PoolctlError } from '../errors.ts';
import { parseCount, parseRatio } from '../units.ts';
import type { ReadOption } from './options.ts';
import type { Sources } from './size-sources.ts';

/** Instances, processes and surge. */
export function gatherFleet(read: ReadOption, sources: Sources): NonNullable<SizeInput['fleet']> {
  return known({
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
  return cores === undefined ? undefined : { cores, ...known({ spindles }) };
}

interface GatheredServer {
  readonly limits?: NonNullable<SizeInput['server']>;
  readonly memory?: NonNullable<SizeInput['memory']>;
  readonly engine?: Engine;
}

/** The server's limits, from a profile or by themselves, and what a connection costs it. */
export async function gatherServer(read: ReadOption, sources: Sources, asksForFleet: boolean): Promise<GatheredServer> {
  const orZero = (text: string, source: string) => parseCount(text, source, 0);
  const maxConnections = read('max-connections', parseCount);
  const reserved = read('reserved', orZero);
  const others = read('other-connections', orZero);
  const named = read('server', refuseUrl);
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

  const profile = named && (await (await import('../profiles/limits.ts')).serverLimits(named.value));
  const limit = maxConnections ?? profile?.maxConnections;
  if (limit === undefined) {
    throw new PoolctlError('INPUT_MISSING', `What ${named?.value} allows is not published.`, {
      hint: "Ask the server (SHOW max_connections, or SHOW VARIABLES LIKE 'max_connections') and give --max-connections.",
    });
  }
  const slots = reserved
    ? [{ name: 'reserved', connections: reserved.value, source: reserved.source }]
    : profile?.reserved;
  return {
    limits: {
      maxConnections: sources.take('server.maxConnections', limit) ?? 0,
      ...known({
        name: profile?.name,
        estimated: !maxConnections && profile?.maxConnections?.estimated ? true : undefined,
        reserved: slots,
        otherConnections: sources.take('server.otherConnections', others),
      }),
    },
    memory: profile?.memory ?? (await memoryOfEngines()),
    ...known({ engine: profile?.engine }),
  };
}

async function memoryOfEngines(): Promise<NonNullable<SizeInput['memory']>> {
  return (await import('../profiles/limits.ts')).memoryOf(['postgres', 'mysql', 'mariadb']);
}

function refuseUrl(text: string, source: string): string {
  if (!text.includes('://')) return text;
  throw new PoolctlError('VALUE_INVALID', `${source} takes the name of a server profile, not a URL.`, {
    hint: 'Write --server postgres, mysql or another of `poolctl profiles list`, and --max-connections with what the server says.',
  });
}
