import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ModeFindings } from '../modes/mode.ts';
import { type Planned, planOf } from '../plan/planned.ts';
import { loadedInstances, type ProbeRequest, type ProbeTask } from '../request.ts';
import type { GuardStatus, PoolerFigures, PoolerReach } from '../result.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { limitMet, type ThroughPooler } from './limit.ts';
import type { Pooler } from './meet.ts';
import { queuesOf } from './queues.ts';
import { sizesThrough } from './sizes.ts';

/** How many clients the load may be of a pooler whose console says how many it takes. */
export interface ClientRoom {
  readonly allowed: number;
  readonly floor: number;
}

/** A tenth of the places stays free. Undefined without a console. @throws PoolctlError PROBE_REFUSED */
export async function clientRoom({ console, figures }: Pooler): Promise<ClientRoom | undefined> {
  if (!console) return undefined;
  const { maxClients } = console.settings;
  const { freeClients } = await console.look();
  const floor = Math.max(1, Math.ceil(maxClients / 10));
  if (freeClients > floor) return { allowed: freeClients - floor, floor };
  throw new PoolctlError(
    'PROBE_REFUSED',
    `${figures.name} takes ${formatCount(freeClients, 'more client')} of ${formatNumber(maxClients)} (max_client_conn), and ${formatNumber(floor)} must stay free for others.`,
    { hint: 'Probe when fewer are connected, or raise max_client_conn.' },
  );
}

/** What a workload makes over --control belongs to that user. @throws PoolctlError PROBE_REFUSED */
export function refuseForeignTables({ setup }: ProbeWorkload, { target, pooler }: ProbeRequest): void {
  if (!setup || !pooler || pooler.control.user === target.user) return;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `This workload makes tables as "${pooler.control.user}" of --control, and "${target.user}" may not use them.`,
    { hint: `Give --control with the user "${target.user}".` },
  );
}

/** A pooler in statement mode gives each statement to whichever session is free. @throws PoolctlError PROBE_REFUSED */
export function refuseTransactions({ name, scripts }: ProbeWorkload, { figures }: Pooler): void {
  const transactions = scripts.filter(({ isTransaction }) => isTransaction);
  if (figures.mode !== 'statement' || transactions.length === 0) return;
  const isGuard = transactions.some(({ isGuarded }) => isGuarded);
  throw new PoolctlError(
    'PROBE_REFUSED',
    `${figures.name} is in statement mode, in which no transaction can run, and the workload needs one${isGuard ? ', because it calls what could do more than read' : ''}: ${name}.`,
    { hint: 'Probe with single statements that only read, or with --hold; or set pool_mode = transaction.' },
  );
}

/** Refuses a load of more clients than may come. @throws PoolctlError PROBE_REFUSED */
export function refuseCrowding(wanted: number, { figures }: Pooler, { allowed, floor }: ClientRoom): void {
  if (wanted <= allowed) return;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `${figures.name} takes ${formatCount(allowed + floor, 'more client')} (max_client_conn), and ${formatNumber(floor)} must stay free for others: ${formatCount(wanted, 'connection')} are too many.`,
    { hint: `Ask for at most ${formatNumber(allowed)}, or raise max_client_conn.` },
  );
}

/** What the guard sees of the pooler. */
export function poolerGuard({ figures }: Pooler, room: ClientRoom | undefined): GuardStatus {
  const guard = 'pooler-clients';
  const { name, unseen } = figures;
  if (room) return { guard, status: 'watching', limit: `${formatCount(room.floor, 'client')} of ${name} stay free` };
  return {
    ...{ guard, status: 'blind', why: `${unseen}, so that the clients of ${name} are not counted` },
    remedy:
      name === 'PgBouncer'
        ? 'Give the login of one of them: --console postgres://stats@host:6432/pgbouncer.'
        : 'Watch its own statistics meanwhile. PgBouncer has a console: --console <dsn>.',
  };
}

/** The plan once more, when it is known what the pooler lets through; undefined where it cannot be kept. */
export function planThrough(request: ProbeRequest, reach: PoolerReach, allowed: number): Planned | undefined {
  const { task } = request;
  if (task.kind !== 'ramp') {
    const planned = planOf(request, allowed);
    return planned.connectionsAtPeak > reach.letIn ? undefined : planned;
  }
  const sizes = task.sizes?.filter((size) => size <= reach.letIn) ?? sizesThrough(reach, allowed);
  const fitting: ProbeTask = { ...task, ...withoutUndefined({ sizes: sizes?.length === 0 ? undefined : sizes }) };
  return planOf({ ...request, task: fitting }, Math.min(allowed, reach.letIn));
}

/** All that is told of the pooler in the end. */
export function poolerResult(through: ThroughPooler, found: ModeFindings, { task }: ProbeRequest): PoolerFigures {
  const asked = 'pool' in task ? task.pool.connectionLimit * loadedInstances(task) : undefined;
  return {
    ...through.pooler,
    met: limitMet({ ...through, found, ...withoutUndefined({ asked }) }),
    ...withoutUndefined({ queues: queuesOf(through.pooler, found, task) }),
  };
}
