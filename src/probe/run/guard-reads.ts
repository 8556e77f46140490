import type { EngineId } from '../../base/engine.ts';
import type { LoadSafety } from '../../drivers/driver.ts';
import type { Session } from '../../engines/session.ts';
import { areHarmless } from '../workload/harmless.ts';
import type { ProbeWorkload, Script } from '../workload/model.ts';
import { safetyOf } from './safety.ts';

/**
 * Puts requests that may run code of a user's into a transaction that cannot write, whatever that code does to its
 * session: a limit of the session alone could be taken off by one request for the next. The others stay as they are, those
 * among them that are in one already.
 */
export async function guardReads(session: Session, engine: EngineId, workload: ProbeWorkload): Promise<ProbeWorkload> {
  const { kind, readOnly, scripts } = workload;
  // Those of poolctl's own call nothing of a user's.
  if (!readOnly || kind === 'hold' || kind === 'builtin') return workload;
  const check = checkOf(engine, session.version, safetyOf('', workload));
  const guarded: Script[] = [];
  let count = 0;
  for (const script of scripts) {
    if (script.isGuarded) {
      guarded.push(script);
      continue;
    }
    const texts = script.statements.map(({ text }) => text);
    const isHarmless = await areHarmless(session, engine, texts);
    if (!isHarmless) count += 1;
    guarded.push(isHarmless ? script : { ...script, isTransaction: true, isGuarded: true, ...(check && { check }) });
  }
  if (count === 0) return workload;
  const which = scripts.length === 1 ? 'It calls' : `${count} of them call`;
  const description = `${workload.description} ${which} functions or views that could do more than read, and so run${scripts.length === 1 ? 's' : ''} in a read-only transaction, which takes more round trips.`;
  return { ...workload, description, scripts: guarded };
}

/**
 * Asks whether the limits of the session are still what they were set to; 1 where not. PostgreSQL is not asked: it takes
 * back what a transaction has set when that is rolled back, and MySQL does not.
 */
function checkOf(engine: EngineId, version: string, safety: LoadSafety): string | undefined {
  if (engine === 'postgres') return undefined;
  const isOld = /^5\./.test(version);
  const lockSeconds = Math.ceil(safety.lockTimeoutMs / 1_000);
  const expected = {
    autocommit: 1,
    [engine === 'mariadb' || isOld ? 'tx_read_only' : 'transaction_read_only']: 1,
    lock_wait_timeout: lockSeconds,
    innodb_lock_wait_timeout: lockSeconds,
    wait_timeout: Math.ceil(safety.idleTimeoutMs / 1_000),
    ...(engine === 'mariadb'
      ? { max_statement_time: safety.statementTimeoutMs / 1_000 }
      : !/^5\.[0-6]\./.test(version) && { max_execution_time: safety.statementTimeoutMs }),
  };
  const same = Object.entries(expected).map(([name, value]) => `@@session.${name} = ${value}`);
  return `SELECT NOT (${same.join(' AND ')}) AS changed`;
}
