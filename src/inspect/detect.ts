import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { AnnouncedPooler, ServerFacts } from '../engines/facts.ts';
import { flagIn, type Row } from '../engines/rows.ts';
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
  readonly by: 'host' | 'port' | 'sql' | 'login';
}

/**
 * Tries every hint that the profiles of this engine and of its poolers have. What the facts of the server tell is not asked
 * again: no pooler for its name where none is in the path, and no flavour.
 */
export async function detect(
  { engine, session }: Pick<Server, 'engine' | 'session'>,
  target: ConnectionTarget,
  facts?: Pick<ServerFacts, 'throughPooler' | 'flavour' | 'pooler'>,
): Promise<Detected[]> {
  const hints = (await hintsFor(engine)).map((hint) => ({ hint, place: matchesPlace(hint, target) }));
  const isTold = ({ pooler, flavour }: Hint) =>
    facts !== undefined && (flavour !== undefined || (pooler !== undefined && !facts.throughPooler));
  const asked = hints.filter(({ hint, place }) => place === undefined && !isTold(hint));
  const answered = await answering(
    engine,
    asked.flatMap(({ hint: { sql } }) => sql ?? []),
    session,
  );
  const byHints = hints.flatMap(({ hint, place }): Detected[] => {
    const isFlavour = hint.flavour !== undefined && hint.flavour === facts?.flavour;
    const isAnswered = hint.sql !== undefined && answered.has(hint.sql);
    const by = place ?? (isFlavour || isAnswered ? ('sql' as const) : undefined);
    return by ? [{ means: hint.means, ...withoutUndefined({ servers: hint.servers, pooler: hint.pooler }), by }] : [];
  });
  return facts?.pooler ? [announced(facts.pooler), ...byHints] : byHints;
}

/** What a pooler says of itself is surer than its name or port. */
function announced({ name, profile, version, mode, maxPreparedStatements }: AnnouncedPooler): Detected {
  const settings = [
    ...(mode === undefined ? [] : [`pool_mode ${mode}`]),
    ...(maxPreparedStatements === undefined ? [] : [`max_prepared_statements ${maxPreparedStatements}`]),
  ];
  const said = settings.length > 0 ? ` (${settings.join(', ')})` : '';
  return { means: `${name} ${version}${said}`, pooler: profile, by: 'login' };
}

/** Those of the queries that have rows. PostgreSQL's ask only what every version knows, so that one question is enough. */
async function answering(
  engine: EngineId,
  queries: readonly string[],
  session: Server['session'],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (engine === 'postgres' && queries.length > 1) {
    const all = queries.map((sql, index) => `EXISTS (${sql}) AS hint${index}`).join(', ');
    const rows = await rowsIfAny(session, `SELECT ${all}`);
    if (rows) return new Set(queries.filter((_sql, index) => flagIn(rows[0], `hint${index}`)));
  }
  for (const sql of queries) {
    if ((await rowsIfAny(session, sql))?.length) found.add(sql);
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

/** Undefined where the server refuses the query: it is not what the hint looks for. */
async function rowsIfAny(session: Server['session'], sql: string): Promise<Row[] | undefined> {
  try {
    return await session.rows(sql);
  } catch (error) {
    if (error instanceof PoolctlError && ['QUERY_FAILED', 'PRIVILEGE_MISSING'].includes(error.code)) return undefined;
    throw error;
  }
}
