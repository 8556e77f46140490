import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { sumOf } from '../../stats/estimate.ts';
import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import type { Look } from '../control/control.ts';
import type { ProbeRequest } from '../request.ts';
import { askConsent } from '../run/conditions.ts';
import type { ShardPlan } from './model.ts';

const same = ['engine', 'version', 'user', 'database'] as const;

/** Its address may be another one: shards are in networks of their own. @throws PoolctlError PROBE_REFUSED */
export function refuseOtherServer({ server }: ShardPlan, facts: Pick<ServerFacts, (typeof same)[number]>): void {
  const other = same.find((key) => server[key] !== facts[key]);
  if (other === undefined) return;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `This is not what the plan was made for: the ${other} is ${facts[other] ?? 'none'} here, ${server[other] ?? 'none'} in the plan.`,
    { hint: 'All shards load one server, as one user: give each the DSN that the plan was made with, or plan anew.' },
  );
}

/** Once more before any pool opens, for all shards at once. @throws PoolctlError PROBE_REFUSED */
export function refuseFull({ guard }: ShardPlan, { freeConnections }: Pick<Look, 'freeConnections'>): void {
  const { connectionsByShard, freeFloor } = guard;
  const wanted = sumOf(connectionsByShard);
  if (freeConnections - wanted >= freeFloor) return;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `The guard refuses the plan: ${formatCount(freeConnections, 'connection')} of the server ${freeConnections === 1 ? 'is' : 'are'} free now; its shards would take ${formatNumber(wanted)}, and ${formatNumber(freeFloor)} must stay free.`,
    { hint: 'More are taken than when the plan was made: run it when fewer are, or plan anew.' },
  );
}

/** Asks where nobody agreed to the load when it was planned. @throws PoolctlError PROBE_REFUSED */
export async function askShardConsent(
  request: Pick<ProbeRequest, 'target' | 'consent'>,
  { guard, steps }: ShardPlan,
  facts: ServerFacts,
): Promise<void> {
  if (guard.isAgreedTo) return;
  const loads = steps.map(({ plan }) => plan.load);
  const rates = loads.flatMap((load) => (load.kind === 'open' ? [meanRatePerSecond(load.arrivals)] : []));
  const hasRamp = loads.some(({ kind }) => kind === 'closed');
  await askConsent(request, { tps: Math.max(0, ...rates), hasRamp }, facts);
}
