import { createDraw } from '../workload/draw.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { type Asking, runOnce } from './failure.ts';

interface Rehearsal extends Asking {
  readonly workload: ProbeWorkload;
  readonly onSession: (processId: number) => void;
}

/** Runs every script once, so that a mistake in one shows before anything is measured. @throws PoolctlError */
export async function rehearse(rehearsal: Rehearsal): Promise<void> {
  const { driver, to, workload, timeoutMs, signal, onSession } = rehearsal;
  if (workload.kind === 'hold') return; // Its one statement is poolctl's own, and may take long.
  const { connection, close } = await driver.connect(to, timeoutMs, signal);
  onSession(connection.processId);
  try {
    for (const script of workload.scripts) {
      const { statements } = createDraw({ ...workload, scripts: [script] }, 1).next();
      for (const one of statements) await runOnce(connection, one, rehearsal);
    }
  } finally {
    await close();
  }
}
