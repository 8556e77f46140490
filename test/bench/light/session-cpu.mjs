import { readFileSync } from 'node:fs';

/** The server's process or thread behind a session, by the id that the login announced. `watcher` is an administrator. */
export async function taskOf(engine, watcher, processId) {
  switch (engine) {
    case 'mysql':
      return one(watcher, `SELECT THREAD_OS_ID FROM performance_schema.threads WHERE PROCESSLIST_ID = ${processId}`);
    case 'mariadb':
      return one(watcher, `SELECT TID FROM information_schema.PROCESSLIST WHERE ID = ${processId}`);
    default:
      return processId;
  }
}

async function one(watcher, sql) {
  const [row = {}] = await watcher.rows(sql);
  return Number(Object.values(row)[0]);
}

/** How long a process or thread has run on a processor until now, in ms, as the kernel counts it in ns. */
export function cpuMs(task) {
  return Number(readFileSync(`/proc/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
