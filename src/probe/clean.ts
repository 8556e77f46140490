import type { OpenOptions } from '../engines/session.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { type ProbeLeftover, probeLeftovers } from '../inspect/leftovers.ts';
import { openControl } from './control/open.ts';

/** What was found of killed probes. */
export interface CleanedProbe {
  readonly removed: readonly ProbeLeftover[];
  /** Still there after it was told to go. */
  readonly left: readonly ProbeLeftover[];
}

interface CleanOptions extends OpenOptions {
  /** Asked before anything is removed. @throws where it may not be */
  readonly consent: (leftovers: readonly ProbeLeftover[]) => Promise<void>;
}

const rounds = 20;
const pauseMs = 50;

/** Ends the sessions and drops the objects that killed probes have left, and looks whether they are gone. @throws PoolctlError */
export async function cleanAfterKilled(
  target: ConnectionTarget,
  { consent, ...options }: CleanOptions,
): Promise<CleanedProbe> {
  const control = await openControl(target, 'poolctl-probe/clean', options);
  try {
    const { engine } = await control.facts();
    const find = () => probeLeftovers(control.session, engine);
    const found = await find();
    if (found.length === 0) return { removed: [], left: [] };
    await consent(found);
    // Sessions first: they may hold locks on the objects.
    for (const { kind, removal } of found) if (kind === 'session') await control.session.rows(removal);
    for (const { kind, removal } of found) if (kind !== 'session') await control.write([removal]);
    let left = await find();
    // A session that was told to end takes a moment.
    for (let round = 0; round < rounds && left.length > 0; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      left = await find();
    }
    const stays = new Set(left.map(({ name }) => name));
    return { removed: found.filter(({ name }) => !stays.has(name)), left };
  } finally {
    await control.close();
  }
}
