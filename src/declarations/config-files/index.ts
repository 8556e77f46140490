import type { DeclaredPool } from '../declared-pool.ts';
import type { Environment } from '../environment.ts';
import type { FileNote, ReadFile, TextFile } from '../text-file.ts';

/** What may help to read a configuration file beyond itself. */
export interface ConfigContext {
  readonly read: ReadFile;
  readonly environment: Environment;
}

export interface PoolsInConfig {
  readonly pools: readonly DeclaredPool[];
  readonly notes: readonly FileNote[];
}

/** Whether a file's name is one that `declaredPoolsInConfig` reads: application.yml, ormconfig.json, .env, schema.prisma. */
export function isConfigFile(_file: string): boolean {
  return false;
}

/** The pools that a configuration file declares. Never throws for what is in it. */
export function declaredPoolsInConfig(_file: TextFile, _context: ConfigContext): PoolsInConfig {
  return { pools: [], notes: [] };
}
