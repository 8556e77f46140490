import type { EngineId } from '../base/engine.ts';
import type { CircuitState, PoolEntryReport, PoolEntryState, Reachable } from './report.ts';

/** Languages of messages. */
export type PoolLocale = 'en' | 'ko';

/** One pool, as `GET /api/external-db-connections/pool-status` has it, and more facts after those. */
export interface PoolStatusEntry {
  /** The id; a whole number is a number, as the table has it. */
  readonly connectionId: string | number;
  /** Null until the definition was read. */
  readonly dbType: 'postgresql' | 'mysql' | 'mariadb' | null;
  /** In use, as opposed to open. */
  readonly activeConnections: number;
  /** Null until the definition was read. */
  readonly maxConnections: number | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Null when it was never used. */
  readonly lastUsedAt: string | null;
  /** 0 while a connection is in use; whole seconds since the last use, or since it was created. */
  readonly idleSeconds: number;
  readonly idleConnections: number;
  readonly connectingConnections: number;
  readonly pendingRequests: number;
  readonly state: PoolEntryState;
  readonly generation: number;
  readonly reachable: Reachable;
  readonly saturated: boolean;
  readonly stalled: boolean;
  readonly circuit: CircuitState;
  /** Connections of earlier generations that are still in use. */
  readonly drainingConnections: number;
}

/** The answer of the pool-status endpoint. */
export interface PoolStatus {
  readonly success: true;
  readonly data: {
    /** Entries that are not closed. */
    readonly totalPools: number;
    /** Those with a connection in use. */
    readonly activePools: number;
    readonly pools: readonly PoolStatusEntry[];
  };
  readonly message: string;
}

/** @throws RangeError */
export function checkLocale(locale: PoolLocale): void {
  if (!Object.hasOwn(messages, locale)) throw new RangeError(`locale is ${locale}; it must be en or ko.`);
}

/** What the pools of a manager do, in the shape of the pool-status endpoint. */
export function poolStatus(entries: readonly PoolEntryReport[], locale: PoolLocale = 'en'): PoolStatus {
  checkLocale(locale);
  const open = entries.filter(({ state }) => state !== 'closed');
  const activePools = open.filter(({ used }) => used > 0).length;
  const data = { totalPools: open.length, activePools, pools: open.map(entryOf) };
  return { success: true, data, message: messages[locale](open.length) };
}

const messages: Readonly<Record<PoolLocale, (pools: number) => string>> = {
  en: (pools) => `Status of ${pools} connection pool${pools === 1 ? '' : 's'}.`,
  ko: (pools) => `${pools}개의 연결 풀 상태를 조회했습니다.`,
};

/** Engines by the names that users' tables give them. */
export const dbTypes: Readonly<Record<EngineId, 'postgresql' | 'mysql' | 'mariadb'>> = {
  postgres: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mariadb',
};

function entryOf({ id, engine, health, draining, ...entry }: PoolEntryReport): PoolStatusEntry {
  return {
    connectionId: /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id,
    dbType: engine ? dbTypes[engine] : null,
    activeConnections: entry.used,
    maxConnections: entry.limit ?? null,
    createdAt: new Date(entry.createdAtMs).toISOString(),
    lastUsedAt: entry.lastUsedAtMs === undefined ? null : new Date(entry.lastUsedAtMs).toISOString(),
    idleSeconds: Math.floor(entry.idleForMs / 1_000),
    idleConnections: entry.idle,
    connectingConnections: entry.connecting,
    pendingRequests: entry.pending,
    state: entry.state,
    generation: entry.generation,
    reachable: health.reachable,
    saturated: health.saturatedBy !== undefined,
    stalled: health.isStalled,
    circuit: health.circuit,
    drainingConnections: draining.reduce((sum, { used }) => sum + used, 0),
  };
}
