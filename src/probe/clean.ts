import type { OpenOptions } from '../engines/session.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { leftoverName, type ProbeLeftover, probeLeftovers } from '../inspect/leftovers.ts';
import { openControl } from './control/open.ts';

/** What was found of killed probes. */
export interface CleanedProbe {
  readonly removed: readonly ProbeLeftover[];
  /** Still there after it was told to go. */
  readonly left: readonly ProbeLeftover[];
}

interface CleanOptions extends OpenOptions {
  /** Only what this run or plan has left. */
  readonly run?: string | undefined;
  /** Asked before anything is removed. @throws where it may not be */
  readonly consent: (leftovers: readonly ProbeLeftover[]) => Promise<void>;
}

const rounds = 20;
const pauseMs = 50;

function isRunning({ kind }: ProbeLeftover): boolean {
  return kind === 'session' || kind === 'statement';
}

/** Ends what killed probes have left running, drops the objects that they have made, and looks whether they are gone. @throws PoolctlError */
export async function cleanAfterKilled(
  target: ConnectionTarget,
  { consent, run, ...options }: CleanOptions,
): Promise<CleanedProbe> {
  const control = await openControl(target, 'poolctl-probe/clean', options);
  try {
    const { engine } = await control.facts();
    const find = async () => {
      const all = await probeLeftovers(control.session, engine);
      return run === undefined ? all : all.filter((one) => one.run === run);
    };
    const found = await find();
    if (found.length === 0) return { removed: [], left: [] };
    await consent(found);
    const isThere = async (one: ProbeLeftover) =>
      (await find()).some((other) => leftoverName(other) === leftoverName(one));
    // First what runs: it may hold locks on the objects.
    for (const one of found.filter(isRunning)) {
      // A session may have gone to somebody else while consent was asked for.
      if (!(await isThere(one))) continue;
      await control.session.rows(one.removal).catch(async (error: unknown) => {
        if (await isThere(one)) throw error;
      });
    }
    for (const { removal } of found.filter((one) => !isRunning(one))) await control.write([removal]);
    let left = await find();
    // What was told to end takes a moment.
    for (let round = 0; round < rounds && left.length > 0; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      left = await find();
    }
    const stays = new Set(left.map(leftoverName));
    return { removed: found.filter((one) => !stays.has(leftoverName(one))), left };
  } finally {
    await control.close();
  }
}
