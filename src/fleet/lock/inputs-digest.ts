import type { BudgetPool, FleetModel } from '../../budget/model.ts';
import { digest } from '../../lint/digest.ts';

/** What tells where a number stands and not what it is: a line that moves is no other fleet. */
const wording: ReadonlySet<string> = new Set(['place', 'from', 'why', 'settledBy', 'setting', 'hosts', 'file']);

/**
 * A digest of the numbers that quotas are worked out from, in an order of its own: the same for the same fleet, wherever its
 * files are. A load that is asked of a server at each run is left out, since it is another number each time.
 */
export function inputsDigest({ servers, services, rolloutsAtOnce }: FleetModel): string {
  const all = [...servers, ...services.map((service) => ({ ...service, pools: service.pools.map(decidingPool) }))];
  const lines = all.map((one) => JSON.stringify(one, ordered)).sort();
  return digest([JSON.stringify(rolloutsAtOnce), ...lines].join('\n'));
}

/** Whether a load is asked of a server, and not read from a file of the fleet. */
export function isLive({ services }: FleetModel): boolean {
  return services.some(({ pools }) => pools.some(isAsked));
}

const isAsked = ({ loadSource }: BudgetPool) => loadSource?.from.includes('://') === true;

function decidingPool(pool: BudgetPool) {
  const { load, loadSource, ...rest } = pool;
  const measured = loadSource && { source: loadSource.from, written: loadSource.written };
  return { ...rest, ...(measured && { measured }), ...(load && !isAsked(pool) && { load }) };
}

function ordered(key: string, value: unknown): unknown {
  if (wording.has(key)) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
