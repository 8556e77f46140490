import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export function fileExists(name: string, cwd: string): boolean {
  return existsSync(resolve(cwd, name));
}
