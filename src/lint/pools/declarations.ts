import { isExportedOptions } from '../../declarations/code/config-exports.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';

/**
 * The pools of one program without those that are declared only for others to read: options in a knexfile or an ormconfig,
 * where a call makes the pool, and the data source of TypeORM's command line beside the one that Nest makes.
 */
export function madePools(pools: readonly DeclaredPool[], isInitialized: () => boolean): readonly DeclaredPool[] {
  const calls = pools.filter((pool) => !isExportedOptions(pool));
  const ofNest = calls.filter(({ made, package: name }) => name === 'typeorm' && /\.forRoot(?:Async)?$/.test(made));
  return pools.filter((pool) => {
    if (isExportedOptions(pool)) return !calls.some(({ package: name }) => name === pool.package);
    if (ofNest.length === 0 || !/\bDataSource$/.test(pool.made)) return true;
    return !ofNest.some((other) => sharesOption(pool, other)) && isInitialized();
  });
}

function sharesOption(one: DeclaredPool, other: DeclaredPool): boolean {
  const at = ({ place }: DeclaredPool['options'][number]) => `${place.file} ${place.start}`;
  const places = new Set(one.options.map(at));
  return other.options.some((option) => places.has(at(option)));
}
