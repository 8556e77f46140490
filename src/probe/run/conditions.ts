import { setTimeout as sleep } from 'node:timers/promises';
import { PoolctlError } from '../../base/errors.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { detect } from '../../inspect/detect.ts';
import { namedPooler } from '../../inspect/inspection.ts';
import type { Control } from '../control/control.ts';
import { loadedInstances, type ProbeRequest, type ProbeTask } from '../request.ts';
import { type ConsentLoad, needsConsent } from './guard.ts';

/**
 * A pooler shares sessions among clients: limits that are set for the load would stay behind on them, and what a load
 * leaves could not be ended. @throws PoolctlError PROBE_REFUSED
 */
export async function refusePooler(
  control: Control,
  facts: ServerFacts,
  { target, pooler: through }: Pick<ProbeRequest, 'target' | 'pooler'>,
): Promise<void> {
  const detected = await detect({ engine: facts.engine, session: control.session }, through?.control ?? target);
  const pooler = facts.pooler?.name ?? namedPooler({ detected })?.means;
  if (pooler === undefined && !facts.throughPooler) return;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `Between here and the server stands ${pooler ?? 'a pooler'}: it shares sessions, so the limits of a load would stay behind on them, and what the load leaves could not be ended.`,
    {
      hint: through
        ? '--control names the server itself, behind every pooler.'
        : 'Add --control <dsn> with the DSN of the server behind it, to probe through the pooler; or probe that server itself.',
    },
  );
}

/** How long sessions of a probe that has just ended may still be seen. */
const goneWithinMs = 1_500;

/** Refuses beside another probe: each would measure the other. @throws PoolctlError PROBE_REFUSED, SHARD_TAKEN */
export async function refuseCrowd(control: Control): Promise<void> {
  const until = performance.now() + goneWithinMs;
  for (;;) {
    const refusal = await crowd(control);
    if (!refusal) return;
    if (performance.now() > until) throw refusal;
    await sleep(100);
  }
}

async function crowd(control: Control): Promise<PoolctlError | undefined> {
  try {
    const others = await control.claim();
    if (others.length === 0) return undefined;
    return new PoolctlError(
      'PROBE_REFUSED',
      `Another probe of poolctl is at work on this server (${others.join(', ')}): each would measure the other.`,
      { hint: 'Wait for its end. What a probe that was killed has left goes with `poolctl probe <dsn> --clean`.' },
    );
  } catch (error) {
    if (error instanceof PoolctlError && error.code === 'SHARD_TAKEN') return error;
    throw error;
  }
}

export function consentLoadOf(task: ProbeTask): ConsentLoad {
  if (!('tps' in task) || task.tps === undefined) return { hasRamp: true };
  return { tps: task.tps * loadedInstances(task), hasRamp: task.kind === 'ramp' };
}

/** Asks before a load on a remote server. @throws PoolctlError PROBE_REFUSED */
export async function askConsent(
  { target, pooler, consent }: Pick<ProbeRequest, 'target' | 'pooler' | 'consent'>,
  load: ConsentLoad,
  { sessions }: ServerFacts,
): Promise<void> {
  const isThisMachine = target.isThisMachine && (pooler?.control.isThisMachine ?? true);
  const why = needsConsent({ isThisMachine, foreignSessions: sessions.connected }, load);
  if (why === undefined || (await consent(why))) return;
  throw new PoolctlError('PROBE_REFUSED', `The load was not agreed to: ${why}`, {
    hint: 'Look at the plan with --dry-run, then add --yes.',
  });
}
