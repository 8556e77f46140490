import type { KeptConnection } from './kept-connection.ts';

/** Whether a statement of our own is answered in time; what comes later is ignored. */
export function isAnswered(
  { driver }: KeptConnection,
  sql: string,
  limitMs: number,
  then: (works: boolean) => void,
): void {
  let isOver = false;
  const end = (works: boolean) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    then(works);
  };
  const timer = setTimeout(() => end(false), limitMs);
  driver.run(sql, undefined, (error) => end(!error));
}
