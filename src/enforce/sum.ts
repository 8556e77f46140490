import type { ServiceQuota } from '../budget/quota.ts';
import type { EnforcedServer, EnforceInput } from './target.ts';

/** A server with the quotas of its services. */
export interface QuotasOfServer {
  readonly server: EnforcedServer;
  readonly quotas: readonly ServiceQuota[];
}

/** The servers that have quotas, in the order of the input. */
export function quotasByServer({ servers, quotas }: EnforceInput): QuotasOfServer[] {
  const names = [...new Set([...servers.map(({ name }) => name), ...quotas.map(({ server }) => server)])].sort();
  return names.flatMap((name) => {
    const own = quotas.filter(({ server }) => server === name);
    const [first] = own;
    if (!first) return [];
    const unnamed: EnforcedServer = { name, counts: first.counts, usableIs: '' };
    return [{ server: servers.find((server) => server.name === name) ?? unnamed, quotas: own }];
  });
}

/** The sum that a file enforces and where it is from, as lines of its comment. */
export function sumLines({ server, quotas }: QuotasOfServer, from: string): string[] {
  const total = totalOf(quotas);
  const { usable, usableIs, counts } = server;
  const unit = counts === 'pooler clients' ? 'clients' : 'connections';
  const is = usableIs === '' || usableIs === String(usable) ? '' : ` (${usableIs})`;
  const room = usable === undefined ? '' : ` of ${usable} usable${is}`;
  return [
    `Written by poolctl fleet from ${from}.`,
    `${server.name}: the quotas add up to ${total} ${unit}${room}.`,
    ...overLines(server, total),
    ...quotas.map((quota) => `  ${quota.service}: ${workedOut(quota)}`),
  ];
}

/** Each quota is of the service's own worst minute, and not all services roll out in the same one. */
function overLines({ usable, worstMinute }: EnforcedServer, total: number): string[] {
  if (usable === undefined || total <= usable) return [];
  const worst = worstMinute?.connections;
  if (worst !== undefined && worst <= usable) {
    return [`That is more than fits if all roll out at once; as the fleet does it, the worst minute has ${worst}.`];
  }
  return [
    `THEY DO NOT FIT: ${(worst ?? total) - usable} too many${worst === undefined ? ' if all roll out at once' : ' in the worst minute'}.`,
  ];
}

export function totalOf(quotas: readonly ServiceQuota[]): number {
  return quotas.reduce((sum, { quota }) => sum + quota, 0);
}

/** "62 = 12 x 1 process x (4 + 1) instances + 2 outside the pools", or the quota where its parts make another number. */
export function workedOut({ quota, pool, processes, mostInstances, surgeInstances, extras }: ServiceQuota): string {
  const outside = extras === 0 ? '' : ` + ${extras} outside the pools`;
  const instances = surgeInstances === 0 ? `${mostInstances}` : `(${mostInstances} + ${surgeInstances} in a roll-out)`;
  const parts = `pool ${pool} x processes ${processes} x instances ${instances}${outside}`;
  const made = pool * processes * (mostInstances + surgeInstances) + extras;
  return made === quota ? `${quota} = ${parts}` : `${quota}; ${parts} is ${made}`;
}
