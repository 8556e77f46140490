import type { FleetAnswer } from '../../budget/answer.ts';
import type { FleetLock, LockedServer } from '../../budget/lock.ts';
import type { BudgetServer, FleetModel } from '../../budget/model.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import { isUnreadFile } from '../read/remarks/unread-files.ts';
import { inputsDigest } from './inputs-digest.ts';

/** The lock of a fleet, from what was worked out of it. Call `lockRefusal` first. */
export function makeLock(model: FleetModel, answer: FleetAnswer, quotas: readonly ServiceQuota[]): FleetLock {
  const usable = new Map(answer.servers.map((server) => [server.name, server.usable]));
  const locked = model.servers.map((server) => lockedServer(server, usable.get(server.name)));
  return { inputs: inputsDigest(model), servers: locked, quotas };
}

function lockedServer({ name, counts, engine, hosts, isBudgeted }: BudgetServer, usable?: number): LockedServer {
  return {
    ...{ name, counts, budget: isBudgeted ? 'required' : 'report' },
    ...(engine !== undefined && { engine }),
    ...(hosts !== undefined && { hosts }),
    ...(usable !== undefined && { usable }),
  };
}

/**
 * Why a fleet gets no lock, and what to do; undefined where it gets one. A server that is over its declared budget has no
 * quotas that hold with what is deployed; a file that cannot be read would take its services out of the lock.
 */
export function lockRefusal({
  servers,
  findings,
}: FleetAnswer): { readonly why: string; readonly hint: string } | undefined {
  const unread = findings.find(isUnreadFile);
  if (unread) return { why: unread.text, hint: unread.hint ?? '' };
  const over = servers.filter(({ fits, isBudgeted }) => isBudgeted && fits === 'no');
  const [first] = over;
  if (!first) return undefined;
  const { name, worstMinute, usable = 0, counts } = first;
  const takes = `${worstMinute.isAtLeast ? 'at least ' : ''}${worstMinute.connections}`;
  const more =
    over.length > 1 ? `; ${over.length - 1} more ${over.length === 2 ? 'server is' : 'servers are'} over` : '';
  const what = counts === 'pooler clients' ? 'clients' : 'connections';
  return {
    why: `${name} is over: its worst minute takes ${takes} ${what}, and ${usable} are there${more}.`,
    hint: 'Make it fit first: `poolctl fleet` says which pool and how many instances do.',
  };
}
