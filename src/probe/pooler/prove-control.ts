import { setTimeout as sleep } from 'node:timers/promises';
import { PoolctlError } from '../../base/errors.ts';
import type { LoadConnection } from '../../drivers/driver.ts';
import type { Control } from '../control/control.ts';
import type { Asking } from '../run/failure.ts';
import { sleepFor } from './sleep.ts';

const sleepSeconds = 3;
const seenWithinMs = 2_000;
const endedWithinMs = 1_000;

interface Proof {
  /** Through the pooler. */
  readonly connection: LoadConnection;
  readonly control: Control;
  readonly asking: Asking;
}

/**
 * Runs a sleep through the pooler, looks for it on the server behind, and ends it there: so it will be with what a load
 * leaves. @throws PoolctlError PROBE_REFUSED
 */
export async function proveControl({ connection, control, asking }: Proof): Promise<void> {
  const { target } = asking.to;
  let hasEnded = false;
  // Closing a connection ends no statement, but this one ends by itself.
  void sleepFor(connection, target.protocol, sleepSeconds).then(() => {
    hasEnded = true;
  });
  if (!(await isSeen(control, asking.signal))) throw unseen(asking, control);
  const until = performance.now() + endedWithinMs;
  // More than once: what was seen may have been the end of the statement before it.
  while (!hasEnded && !asking.signal.aborted) {
    if (performance.now() > until) throw untouchable(asking, control);
    await control.cancel([]).catch((error: unknown) => {
      throw untouchable(asking, control, error);
    });
    await sleep(20);
  }
}

async function isSeen(control: Control, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + seenWithinMs;
  while (performance.now() < until && !signal.aborted) {
    if ((await control.alive([])).length > 0) return true;
    await sleep(20);
  }
  return false;
}

function unseen({ to: { target } }: Asking, { session }: Control): PoolctlError {
  const { address, user, protocol } = session.target;
  const grant = protocol === 'postgres' ? 'GRANT pg_read_all_stats TO' : 'GRANT PROCESS ON *.* TO';
  return new PoolctlError(
    'PROBE_REFUSED',
    `--control names ${address}, where a statement that went through ${target.address} is not seen: it is another server, or "${user}" may not see what "${target.user}" runs.`,
    { hint: `Name the server behind the pooler, as the user that the pooler logs in with; or ${grant} "${user}".` },
  );
}

function untouchable({ to: { target } }: Asking, { session }: Control, cause?: unknown): PoolctlError {
  const { user, protocol } = session.target;
  const privilege = /mariadb/i.test(session.version) ? 'CONNECTION ADMIN' : 'CONNECTION_ADMIN';
  const grant = protocol === 'postgres' ? 'GRANT pg_signal_backend TO' : `GRANT ${privilege} ON *.* TO`;
  return new PoolctlError(
    'PROBE_REFUSED',
    `"${user}" of --control cannot end a statement of "${target.user}" on the server: what a load leaves there could not be ended.`,
    { hint: `Log in as the user that the pooler logs in with; or ${grant} "${user}".`, cause },
  );
}
