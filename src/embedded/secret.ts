import { randomBytes } from 'node:crypto';

/** Letters and digits only, so that it may stand in SQL and URLs as it is. */
export function randomSecret(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}
