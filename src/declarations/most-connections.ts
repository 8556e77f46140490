import type { DeclaredPool } from './declared-pool.ts';
import { type Drivers, knownOptionsOf } from './known-options.ts';
import { type PoolSetting, settingBy, settingOf } from './setting.ts';

/** The most connections that a pool opens, and what says so: "max", "pool_size + max_overflow". */
export type MostConnections =
  | { readonly kind: 'known'; readonly connections: number; readonly setting: string; readonly isDefault: boolean }
  | { readonly kind: 'unknown'; readonly why: string };

/** Its size, with what its library opens on top of it, such as max_overflow of SQLAlchemy. */
export function mostConnectionsOf(pool: DeclaredPool, drivers: Drivers): MostConnections {
  const further = knownOptionsOf(pool, drivers).filter(
    ({ concept, adds }) => concept === 'connectionLimit' && adds === true,
  );
  const settings = [
    settingOf(pool, 'connectionLimit', drivers),
    ...further.map((option) => settingBy([option], pool, 'connectionLimit')),
  ];
  const unclear = settings.map(whyNot).find((why) => why !== undefined);
  if (unclear !== undefined) return { kind: 'unknown', why: unclear };
  return {
    kind: 'known',
    connections: settings.reduce((sum, setting) => sum + ('value' in setting ? (setting.value ?? 0) : 0), 0),
    setting: settings.flatMap((setting) => ('option' in setting ? setting.option.name : [])).join(' + '),
    isDefault: settings.every(({ kind }) => kind === 'unset'),
  };
}

function whyNot(setting: PoolSetting): string | undefined {
  if (setting.kind === 'set' || (setting.kind === 'unset' && setting.value !== undefined)) return undefined;
  if (setting.kind === 'unknown') return setting.why;
  const hasNoLimit = setting.kind === 'unlimited' || (setting.kind === 'unset' && setting.isUnlimited);
  return hasNoLimit ? 'the pool has no limit' : 'a size is not known';
}
