import type { ServiceQuota } from '../budget/quota.ts';
import { code } from '../emit/parts/code.ts';
import { fileNameOf } from './names.ts';
import { poolersOf } from './pooler-shares.ts';
import { workedOut } from './sum.ts';
import type { EnforceTarget } from './target.ts';

/** A file of TypeScript for each service and server, which logs at its start how many instances fit. */
export const startupCheck: EnforceTarget = {
  title: 'a log line at the start of a service: how many instances fit',
  write(input) {
    const poolers = new Set(poolersOf(input).map(({ server }) => server.name));
    const rows = input.quotas.filter(({ counts, service }) => counts === 'server connections' && !poolers.has(service));
    return {
      files: rows.map((quota) => ({
        path: `${fileNameOf('service', quota.service)}.${fileNameOf('server', quota.server)}.ts`,
        text: checkText(quota, input.from),
      })),
      notes:
        poolers.size > 0
          ? ['Clients of a pooler are not checked: what the server behind it lets in says nothing of them.']
          : [],
    };
  },
};

/**
 * The pool is asked for its size, so that the line tells what runs and not what was planned; the server for its limit, where
 * a CONNECTION LIMIT of the role is among what decides.
 */
function checkText(quota: ServiceQuota, from: string): string {
  const { service, server, processes, mostInstances, surgeInstances, extras } = quota;
  const planned = surgeInstances === 0 ? `${mostInstances}` : `${mostInstances} and ${surgeInstances} in a roll-out`;
  return code`
    // Written by poolctl fleet from ${from}. ${service} on ${server}: ${workedOut(quota)}.
    // Call it once the pool is there: logInstancesThatFit(instrument(pool), process.env.DATABASE_URL ?? '')
    // It opens one connection for a moment, waits 5 s at most, never throws and stops nothing.
    import { inspectServer } from 'poolctl/inspect';
    import type { Monitor } from 'poolctl/monitor';

    export async function logInstancesThatFit(monitor: Monitor, dsn: string, log: (line: string) => void = console.log) {
      try {
        const pool = monitor.pools.reduce((sum, one) => sum + (one.sizes().limit ?? Number.POSITIVE_INFINITY), 0);
        const { usableConnections, limitedBy } = (await inspectServer(dsn)).budget;
        const room = Math.min(${quota.quota}, usableConnections)${extras === 0 ? '' : ` - ${extras}`};
        const fit = Math.max(0, Math.floor(room / ${processes === 1 ? 'pool' : `(pool * ${processes})`}));
        log(${template(`${service} on ${server}: \${fit} instances fit, planned are ${planned} (pool \${pool}, processes ${processes}, quota ${quota.quota}, \${usableConnections} usable by \${limitedBy})`)});
      } catch (error) {
        log(${template(`${service} on ${server}: not checked how many instances fit: \${error instanceof Error ? error.message : 'unknown error'}`)});
      }
    }
  `;
}

/** The names in it are file names, so nothing in them ends the literal. */
function template(text: string): string {
  return `\`${text}\``;
}
