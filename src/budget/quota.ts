import type { EngineId } from '../base/engine.ts';

/** What one service may take of one server: a row of the lock file, and what is enforced. */
export interface ServiceQuota {
  readonly service: string;
  readonly server: string;
  readonly engine?: EngineId;
  readonly counts: 'server connections' | 'pooler clients';
  /** The role or account that it logs in with, where the fleet says. */
  readonly role?: string;
  /** Connections in its own worst minute. */
  readonly quota: number;
  /** Connections of one process with which the quota was worked out. */
  readonly pool: number;
  readonly processes: number;
  /** The most instances with which it holds, and those that a roll-out adds to them. */
  readonly mostInstances: number;
  readonly surgeInstances: number;
  /** Connections outside the pools that are in the quota. */
  readonly extras: number;
  readonly kind?: string;
  readonly namespace?: string;
  /** What its platform calls it, where the fleet calls it otherwise. */
  readonly objectName?: string;
}
