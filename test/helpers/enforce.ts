import type { ServiceQuota } from '../../src/budget/quota.ts';
import type { EnforceTargetName } from '../../src/enforce/list.ts';
import { enforceQuotas } from '../../src/enforce/run.ts';
import type { EnforceInput } from '../../src/enforce/target.ts';

/** A quota in short: of one process with a pool of `quota`, on the PostgreSQL server `orders`, as the role of its own name. */
export function quotaOf(service: string, quota: number, more: Partial<ServiceQuota> = {}): ServiceQuota {
  return {
    service,
    server: 'orders',
    engine: 'postgres',
    counts: 'server connections',
    role: service,
    quota,
    pool: quota,
    processes: 1,
    mostInstances: 1,
    surgeInstances: 0,
    extras: 0,
    ...more,
  };
}

/** The files of one target by their paths, without the folder of the target. */
export async function enforced(
  target: EnforceTargetName,
  quotas: readonly ServiceQuota[],
  servers: EnforceInput['servers'] = [],
): Promise<{ readonly files: Readonly<Record<string, string>>; readonly notes: readonly string[] }> {
  const { files, notes } = await enforceQuotas([target], { quotas, servers, from: 'fleet.yaml' });
  return {
    files: Object.fromEntries(files.map(({ path, text }) => [path.replace(`${target}/`, ''), text])),
    notes,
  };
}
