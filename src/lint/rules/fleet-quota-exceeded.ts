import type { SourceSpan } from '../../declarations/source-span.ts';
import type { Resolved } from '../../declarations/value.ts';
import { ownOf, processWords } from '../budget/demand.ts';
import { checkQuotas, fittingQuota, type QuotaCheck } from '../quota/check-quotas.ts';
import { placeInLock } from '../quota/quota-clients.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** A service may take more of a server than the fleet's lock allows it. */
export const fleetQuotaExceeded: Rule = {
  severity: 'error',
  *checkProject(project) {
    for (const check of checkQuotas(project).checks) {
      if (check.connections > check.quota.quota) yield report(check);
    }
  },
};

function report(check: QuotaCheck): RuleReport {
  const { quota, server, demand, connections, lock } = check;
  const { service, server: name, quota: allowed } = quota;
  const isMore = demand.unknown.length > 0;
  const what = server.counts === 'pooler clients' ? 'clients' : 'connections';
  return {
    place: demand.place,
    fingerprint: `quota ${service} ${name}`,
    ...(server.budget === 'report' && { severity: 'info' as const }),
    ...(demand.pools.length === 0 && { confidence: 'medium' as const }),
    message: `${service} may take ${isMore ? 'at least ' : ''}${connections} ${what} of ${name}, and its quota is ${allowed}: ${sumWords(check)} = ${connections}.`,
    expected: `at most ${allowed}; ${lock.file} was written for ${lockedWords(check)} = ${lockedSum(check)}`,
    consequence:
      server.budget === 'report'
        ? `Nobody declared a budget for ${name}, so nothing fails by it.`
        : `The other services of ${name} have the rest: in its worst minute ${service} takes what is theirs, and ${name} refuses new connections.`,
    fix: fixOf(check),
    related: sources(check),
  };
}

/** "(16 + 10 of pg-boss) x 2 processes x (4 + 1 in a roll-out) + 2 beside the pools". */
function sumWords({ demand, quota: { extras } }: QuotaCheck): string {
  return factors(processWords(demand), demand, extras);
}

function lockedWords({ quota: { pool, processes, mostInstances, surgeInstances, extras } }: QuotaCheck): string {
  return factors(`${pool}`, { processes, instances: mostInstances, surge: surgeInstances }, extras);
}

function lockedSum({ quota: { pool, processes, mostInstances, surgeInstances, extras } }: QuotaCheck): number {
  return pool * processes * (mostInstances + surgeInstances) + extras;
}

interface Runs {
  readonly processes: number;
  readonly instances: number;
  readonly surge: number;
}

function factors(pool: string, { processes, instances, surge }: Runs, extras: number): string {
  const count =
    surge > 0
      ? `(${instances} + ${surge} in a roll-out) instances`
      : `${instances} instance${instances === 1 ? '' : 's'}`;
  const words = [`pool ${pool}`, ...(processes > 1 ? [`${processes} processes`] : []), count].join(' x ');
  return extras > 0 ? `${words} + ${extras} beside the pools` : words;
}

function fixOf(check: QuotaCheck): string {
  const { demand, lock } = check;
  const { pool, instances: most } = fittingQuota(check);
  const largest = pool - (demand.pool - ownOf(demand));
  const fits = [
    ...(largest >= 1 ? [`a pool of ${largest} a process`] : []),
    ...(most >= 1 && most < demand.instances ? [`${most} instance${most === 1 ? '' : 's'} of this pool`] : []),
  ];
  const other = `ask for more: change fleet.yaml and write ${lock.file} again with \`poolctl fleet --lock\``;
  return fits.length > 0 ? `What fits: ${fits.join(', or ')}. Or ${other}.` : `Nothing of it fits the quota: ${other}.`;
}

/** Where each number comes from. */
function sources({ demand, quota, lock, isFromLock }: QuotaCheck): NonNullable<RuleReport['related']> {
  const { service } = demand;
  const inLock = placeInLock(quota, lock);
  const said = (
    what: string,
    value: Resolved | undefined,
    isLocked: boolean,
  ): { place: SourceSpan; message: string } => {
    const origin = value?.origins.find(({ place }) => place);
    const words = isLocked ? `${what}: by ${lock.file}` : `${what}${origin ? `: ${origin.text}` : ''}`;
    return { place: isLocked ? inLock : (origin?.place ?? service?.place ?? demand.place), message: words };
  };
  const { processes, instances } = demand;
  return [
    ...demand.pools.map(({ place, made }) => ({ place, message: `pool ${processWords(demand)}: ${made}` })),
    said(`${instances} instance${instances === 1 ? '' : 's'} at most`, service?.most, isFromLock.instances),
    ...(processes > 1 ? [said(`${processes} processes`, service?.processes, isFromLock.processes)] : []),
    { place: inLock, message: `its quota of ${quota.server}: ${quota.quota}` },
  ];
}
