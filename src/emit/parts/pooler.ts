import { PoolctlError } from '../../base/errors.ts';
import { formatCount } from '../../base/units.ts';
import { anyNumberOfClients } from '../../declarations/vocabulary/statement-limit.ts';
import type { EmitInput } from '../target.ts';

/** The two limits of a pooler that the whole fleet shares. */
export interface PoolerLimits {
  /** Towards the server: what the pools of the fleet take in normal running, together. */
  readonly serverConnections: number;
  /** Towards applications: all their connections at the worst minute of a roll-out, and the requests that may wait. */
  readonly clients: number;
}

export function poolerLimits(input: EmitInput, title: string): PoolerLimits {
  const { settings, fleet } = input;
  const { connectionLimit, queueLimit, nobodyWaits } = settings;
  const poolsAtWorst = Math.ceil(fleet.connections / connectionLimit);
  const serverConnections = serverSide(input).connections;
  const clients = queueLimit === 0 && !nobodyWaits ? anyNumberOfClients : fleet.connections + queueLimit * poolsAtWorst;
  if (clients <= anyNumberOfClients) return { serverConnections, clients };
  throw new PoolctlError('INPUT_CONTRADICTION', `${title} would have to let in ${clients} clients.`, {
    hint: 'Choose a smaller queueLimit.',
  });
}

/** What the pools of the fleet take of the server in normal running, together, and how the number came about. */
export function serverSide({ settings, fleet }: EmitInput): { readonly connections: number; readonly reason: string } {
  const { connectionLimit } = settings;
  const pools = [
    ...(fleet.instances > 1 ? [`${fleet.instances} instances`] : []),
    ...(fleet.processesPerInstance > 1 ? [`${fleet.processesPerInstance} processes`] : []),
  ];
  return {
    connections: connectionLimit * fleet.instances * fleet.processesPerInstance,
    reason: [...pools, formatCount(connectionLimit, 'connection')].join(' x '),
  };
}

/** How the two numbers came about, for a comment. */
export function poolerReasons(input: EmitInput, { clients }: PoolerLimits): { server: string; clients: string } {
  const { settings, fleet } = input;
  const { queueLimit } = settings;
  return {
    server: serverSide(input).reason,
    clients: settings.nobodyWaits
      ? `${formatCount(fleet.connections, 'connection')} of all pools at the worst minute, and nobody waits`
      : queueLimit === 0
        ? 'any number may wait, as far as file descriptors go'
        : `${formatCount(fleet.connections, 'connection')} of all pools at the worst minute, and ${formatCount(clients - fleet.connections, 'request')} that may wait`,
  };
}
