import { type OwnedPool, ownerAdapter } from '../adapter.ts';
import { poolNameOf } from '../pool-name.ts';
import { hasMethods } from '../shape.ts';
import { after } from './resources.ts';

interface Knex {
  readonly client: KnexClient;
}

interface KnexClient {
  readonly pool?: object;
  /** False where the application gave the pool of a driver, or a tarn pool. */
  readonly _ownsPool?: boolean;
  readonly config: { readonly connectionPool?: object };
  readonly connectionSettings?: Readonly<Record<string, unknown>>;
  readonly dialect?: string;
}

/** A Knex, and what gives one: `knex`, a transaction of it, the client of Objection and MikroORM 6. */
export const knexAdapter = ownerAdapter('knex', isKnex, ({ client }, found) => {
  const tell = () => found(poolsOf(client));
  tell();
  // knex.initialize() calls it after knex.destroy(), and the listeners of the pool before are gone with that pool.
  return after(client, 'initializePool', tell);
});

function isKnex(candidate: object): candidate is Knex {
  if (!('client' in candidate) || typeof candidate.client !== 'object' || candidate.client === null) return false;
  return hasMethods(candidate.client, 'initializePool', 'acquireConnection', 'acquireRawConnection');
}

function poolsOf({ pool, _ownsPool, config, connectionSettings, dialect }: KnexClient): OwnedPool[] {
  const used = _ownsPool === false ? config.connectionPool : pool;
  if (!used) return [];
  const { connectionString, ...place } = connectionSettings ?? {};
  return [
    { pool: used, role: undefined, name: poolNameOf({ ...place, url: connectionString }), system: systemOf(dialect) },
  ];
}

const systemOf = (dialect: string | undefined) => (dialect === 'postgres' ? 'postgresql' : dialect);
