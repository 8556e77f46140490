import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { within } from '../../base/deadline.ts';
import { formatDuration } from '../../base/units.ts';
import { networkFailure, silence } from '../../engines/failure.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { Check } from '../check.ts';

const slowRoundTripMs = 20;

export const dsn: Check = {
  id: 'dsn',
  title: 'DSN',
  async run(findings) {
    const found = await findings.findTarget();
    if (!found) {
      return {
        status: 'warning',
        detail: 'none: only this machine was checked.',
        fix: 'Give one as argument, or set DATABASE_URL; see `poolctl explain dsn`.',
      };
    }
    findings.target = found.target;
    const remarks = (found.remarks ?? []).map((remark) => `. ${remark.replace(/\.$/, '')}`).join('');
    const detail = `from ${found.source}: "${found.target.user}" at ${found.target.address}${remarks}`;
    if (!found.isExposed) return { status: 'ok', detail };
    return {
      status: 'warning',
      detail,
      fix: 'Its password stays in the history of the shell: use DATABASE_URL, --url-file or -.',
    };
  },
};

export const dns: Check = {
  id: 'dns',
  title: 'DNS',
  after: 'dsn',
  async run({ target, timeoutMs, signal }) {
    if (!target || target.socketPath !== undefined || isIP(target.reached) !== 0) return undefined;
    const start = performance.now();
    const addresses = await orFailure(target, timeoutMs, signal, lookup(target.host, { all: true }));
    const took = formatDuration(Math.round(performance.now() - start));
    return { status: 'ok', detail: `${addresses.map(({ address }) => address).join(', ')} in ${took}` };
  },
};

export const tcp: Check = {
  id: 'tcp',
  title: 'TCP',
  after: 'dns',
  async run({ target, timeoutMs, signal }) {
    if (!target) return undefined;
    const { socketPath, reached, port } = target;
    const start = performance.now();
    const socket = socketPath === undefined ? connect(port, reached) : connect(socketPath);
    try {
      await orFailure(
        target,
        timeoutMs,
        signal,
        new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject)),
      );
    } finally {
      socket.destroy();
    }
    const ms = performance.now() - start;
    return {
      status: 'ok',
      detail: `connected in ${formatDuration(Math.round(ms * 10) / 10)}${ms > slowRoundTripMs ? '; far away: each statement takes as long on top' : ''}`,
    };
  },
};

async function orFailure<T>(
  target: ConnectionTarget,
  timeoutMs: number,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  const wire = { connected: false, greeting: undefined };
  const give = () => silence(target, wire, timeoutMs);
  try {
    return await within(work, timeoutMs, signal, give);
  } catch (error) {
    throw networkFailure(error, target, wire) ?? error;
  }
}
