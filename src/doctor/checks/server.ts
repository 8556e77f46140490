import { engineNames } from '../../base/engine.ts';
import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import { openServer } from '../../engines/open.ts';
import { inspectSession } from '../../inspect/inspect-session.ts';
import { openFilesHint } from '../../inspect/warnings.ts';
import type { Check } from '../check.ts';

const roundTrips = 5;
const crowdedRatio = 0.1;

export const loginCheck: Check = {
  id: 'login',
  title: 'login',
  after: 'tcp',
  async run(findings) {
    const { target, timeoutMs, signal } = findings;
    if (!target) return undefined;
    const start = performance.now();
    findings.server = await openServer(target, { timeoutMs, signal });
    const took = formatDuration(Math.round(performance.now() - start));
    findings.inspection = await inspectSession(findings.server, target);
    const { engine, version, user, replica } = findings.inspection;
    return {
      status: 'ok',
      detail: `as "${user}" to ${engineNames[engine]} ${version}${replica ? ', a replica' : ''} in ${took}`,
    };
  },
};

export const roundTrip: Check = {
  id: 'round-trip',
  title: 'round trip',
  after: 'login',
  async run({ server }) {
    if (!server) return undefined;
    const times: number[] = [];
    for (let trip = 0; trip < roundTrips; trip += 1) {
      const start = performance.now();
      await server.session.rows('SELECT 1');
      times.push(performance.now() - start);
    }
    const median = times.sort((a, b) => a - b)[Math.floor(roundTrips / 2)] ?? 0;
    return {
      status: 'ok',
      detail: `${formatDuration(Math.round(median * 100) / 100)}, the median of ${roundTrips} statements`,
    };
  },
};

export const tls: Check = {
  id: 'tls',
  title: 'TLS',
  after: 'login',
  async run({ server, target }) {
    if (!server || !target) return undefined;
    if (target.socketPath !== undefined) return { status: 'ok', detail: 'not needed: a Unix socket' };
    const isLocal = target.isThisMachine;
    if (!server.session.encrypted) {
      return {
        status: isLocal ? 'ok' : 'warning',
        detail: `not encrypted (sslmode=${target.tlsMode})`,
        ...(!isLocal && {
          fix: 'Password and data can be read on the way: turn TLS on at the server, and sslmode=verify-full here.',
        }),
      };
    }
    const isChecked =
      target.tlsMode.startsWith('verify') || (target.tlsMode === 'require' && target.tls.ca !== undefined);
    if (isChecked || isLocal) return { status: 'ok', detail: `encrypted (sslmode=${target.tlsMode})` };
    return {
      status: 'warning',
      detail: `encrypted, but the certificate is not checked (sslmode=${target.tlsMode})`,
      fix: "sslmode=verify-full checks it; give the authority's certificate with --ca FILE if it is your own.",
    };
  },
};

export const privileges: Check = {
  id: 'privileges',
  title: 'privileges',
  after: 'login',
  async run({ server, inspection }) {
    if (!server || !inspection) return undefined;
    const { facts } = await server.meter();
    const missing = inspection.unseen.map(({ what }) => what);
    const grants = inspection.unseen.map(({ grant }) => grant);
    if (missing.length === 0 && facts.lacks.length === 0)
      return { status: 'ok', detail: 'all that inspect and measure ask for' };
    return {
      status: 'warning',
      detail: [...missing, ...facts.lacks.map(({ what }) => what)].join('; '),
      fix: `${[...grants, ...facts.lacks.map(({ remedy }) => remedy)].join('; ')}.${inspection.limits.takenUnsure === undefined ? ' Not needed for the budget.' : ''}`,
    };
  },
};

export const limits: Check = {
  id: 'limits',
  title: 'connections',
  after: 'login',
  async run({ inspection }) {
    if (!inspection) return undefined;
    const { freeConnections, usableConnections, limitedBy } = inspection.budget;
    const detail = `${formatNumber(freeConnections)} of ${formatCount(usableConnections, 'connection')} are free (${limitedBy})`;
    if (freeConnections === 0) {
      return { status: 'failed', detail, fix: 'The next one is refused: smaller pools, fewer instances, or a pooler.' };
    }
    if (freeConnections >= usableConnections * crowdedRatio) {
      const {
        engine,
        limits: { lowered, maxConnections },
      } = inspection;
      if (!lowered || engine === 'postgres') return { status: 'ok', detail };
      const why = `${lowered.by} lets in ${formatNumber(maxConnections)}, and more were asked for`;
      return { status: 'warning', detail: `${detail}; ${why}`, fix: openFilesHint };
    }
    return {
      status: 'warning',
      detail,
      fix: 'A roll-out may be refused: `poolctl size --server <dsn>` says what pools may take.',
    };
  },
};

export const idleEnds: Check = {
  id: 'idle',
  title: 'idle sessions',
  after: 'login',
  async run({ inspection }) {
    if (!inspection) return undefined;
    const { because, idleTimeoutMs, maxLifetimeMs } = inspection.lifetimes;
    if (idleTimeoutMs === undefined || maxLifetimeMs === undefined) {
      return { status: 'ok', detail: 'the server lets them be; a load balancer in the path may not' };
    }
    return {
      status: 'ok',
      detail: `${because} ends them: keep the pool's idleTimeout at ${formatDuration(idleTimeoutMs)} and its maxLifetime at ${formatDuration(maxLifetimeMs)}, or below`,
    };
  },
};
