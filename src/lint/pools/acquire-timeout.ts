/** Whether a name stands for a limit of the wait for a connection: as libraries call it, and slips of that. */
export function isAcquireTimeout(name: string): boolean {
  return /(?:^|\.)(?:(?:pool_?)?ac?qu?i?re?_?(?:connection)?_?time_?out(?:_?(?:millis|ms))?|pool_timeout|pool\.acquire)$/i.test(
    name,
  );
}
