import type { LoadSafety } from '../driver.ts';

/** The statement that sets all limits of a session, by the variables that the server's version has. */
export function sessionSql(safety: LoadSafety, version: string): string {
  const isMariadb = /mariadb/i.test(version);
  const [major = 0, minor = 0] = (/\d+\.\d+/.exec(version)?.[0] ?? '').split('.').map(Number);
  const isOld = !isMariadb && major === 5;
  const lockSeconds = seconds(safety.lockTimeoutMs);
  const idleSeconds = seconds(safety.idleTimeoutMs);
  const settings = {
    // For the session's next transactions. MySQL 8 replaced the first spelling by the second.
    ...(safety.readOnly && { [isMariadb || isOld ? 'tx_read_only' : 'transaction_read_only']: 1 }),
    ...(isMariadb && { max_statement_time: Math.max(1, safety.statementTimeoutMs) / 1_000 }),
    // Limits SELECT only; MySQL 5.6 has no limit for statements at all.
    ...(!isMariadb &&
      !(isOld && minor < 7) && { max_execution_time: Math.max(1, Math.ceil(safety.statementTimeoutMs)) }),
    lock_wait_timeout: lockSeconds,
    innodb_lock_wait_timeout: lockSeconds,
    wait_timeout: idleSeconds,
    interactive_timeout: idleSeconds,
    ...(isMariadb && (major > 10 || minor >= 3) && { idle_transaction_timeout: idleSeconds }),
  };
  return `SET SESSION ${Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')}`;
}

/** These limits are in whole seconds; less than one would be refused, or no limit. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
