import type { OwnerAdapter, PoolAdapter } from '../adapter.ts';
import { pgAdapter } from './pg.ts';

/** In the order in which they are asked. */
export const poolAdapters: readonly PoolAdapter[] = [pgAdapter];

/** What has pools, or wraps one. */
export const ownerAdapters: readonly OwnerAdapter[] = [];
