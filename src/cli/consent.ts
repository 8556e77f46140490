import type { Io } from '../base/io.ts';

/** Asks on a terminal, and takes nothing but a yes for one. Elsewhere nobody can be asked. */
export async function consentOf(reason: string, { stdin, stderr, errors = stderr }: Io): Promise<boolean> {
  if (stderr.isTTY !== true || stdin.isTTY !== true) return false;
  errors.write(`\r\u001b[K${reason}\nGo on? [y/N] `);
  for await (const chunk of stdin) return /^\s*y(?:es)?\s*$/i.test(String(chunk));
  return false;
}
