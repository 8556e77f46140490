import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { Server } from '../engines/server.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { profileIds } from '../profiles/files.ts';
import { poolerProfile, serverProfile } from '../profiles/load.ts';
import type { ServerProfile } from '../profiles/server.ts';

type Hint = NonNullable<ServerProfile['detection']>[number];

/** What stands behind the DSN, by a hint of a profile: a managed flavour, or a pooler in the path. */
export interface Detected {
  readonly means: string;
  /** Ids of server profiles that it may be. */
  readonly servers?: readonly string[];
  /** Id of a pooler's profile. */
  readonly pooler?: string;
  readonly by: 'host' | 'port' | 'sql';
}

/** Tries every hint that the profiles of this engine and of its poolers have. */
export async function detect(
  { engine, session }: Pick<Server, 'engine' | 'session'>,
  target: ConnectionTarget,
): Promise<Detected[]> {
  const found: Detected[] = [];
  for (const hint of await hintsFor(engine)) {
    const by = matchesPlace(hint, target) ?? ((await answers(hint, session)) ? 'sql' : undefined);
    if (by) found.push({ means: hint.means, ...withoutUndefined({ servers: hint.servers, pooler: hint.pooler }), by });
  }
  return found;
}

async function hintsFor(engine: EngineId): Promise<Hint[]> {
  // MariaDB is asked for all that is known of MySQL's flavours too; what it lacks, it refuses.
  const server = await serverProfile(engine === 'mariadb' ? 'mysql' : engine);
  const poolers = await Promise.all(profileIds('poolers').map(poolerProfile));
  const inPath = poolers.filter(({ engines }) => engines.includes(engine)).flatMap(({ detection = [] }) => detection);
  return [...(server.detection ?? []), ...inPath];
}

function matchesPlace({ host, port }: Hint, target: ConnectionTarget): 'host' | 'port' | undefined {
  if (target.socketPath !== undefined || (host === undefined && port === undefined)) return undefined;
  if (host !== undefined && !new RegExp(host, 'i').test(target.host)) return undefined;
  if (port !== undefined && port !== target.port) return undefined;
  return host === undefined ? 'port' : 'host';
}

async function answers({ sql }: Hint, session: Server['session']): Promise<boolean> {
  if (sql === undefined) return false;
  try {
    return (await session.rows(sql)).length > 0;
  } catch (error) {
    // A server that refuses the query is not what the hint looks for.
    if (error instanceof PoolctlError && ['QUERY_FAILED', 'PRIVILEGE_MISSING'].includes(error.code)) return false;
    throw error;
  }
}
