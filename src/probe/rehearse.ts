import type { LoadConnection, LoadDriver, LoadTarget } from '../engines/load-pool.ts';
import { nameFailure } from './failure.ts';
import { createDraw, type PreparedRequest } from './workload/draw.ts';
import type { Workload } from './workload/model.ts';

interface Rehearsal {
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  readonly workload: Workload;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onSession: (processId: number) => void;
}

/** Runs every script once, so that a mistake in one shows before anything is measured. @throws PoolctlError */
export async function rehearse({ driver, to, workload, timeoutMs, signal, onSession }: Rehearsal): Promise<void> {
  const { connection, close } = await driver.connect(to, timeoutMs, signal);
  onSession(connection.processId);
  try {
    for (const script of workload.scripts) {
      if (signal.aborted) return;
      await perform(connection, createDraw({ ...workload, scripts: [script] }, 1).next(), driver);
    }
  } finally {
    await close();
  }
}

async function perform(connection: LoadConnection, { statements }: PreparedRequest, driver: LoadDriver): Promise<void> {
  for (const { statement, values } of statements) {
    try {
      await new Promise<void>((resolve, reject) =>
        connection.run(statement, values, (error) => (error ? reject(error) : resolve())),
      );
    } catch (error) {
      throw nameFailure(error, driver, `"${shortened(statement.text)}"`);
    }
  }
}

function shortened(sql: string): string {
  const text = sql.replace(/\s+/g, ' ').trim();
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
