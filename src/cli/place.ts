import type { Io } from '../base/io.ts';
import { isDsn } from '../engines/dsn/is-dsn.ts';
import { fileExists } from './file-exists.ts';

/** What a text means where a server, a file or a built-in name may stand. */
export type PlaceKind = 'dsn' | 'stdin' | 'env' | 'file' | 'name';

/**
 * The one reading of `--from`, `--server`, `--profile`, `--verify` and `[dsn]`: `-` is standard input, `env` DATABASE_URL,
 * `env:NAME` another variable, `user@host` a DSN that lacks its scheme (the parser then says so), and a path or an existing file a file.
 */
export function placeOf(text: string, { cwd }: Pick<Io, 'cwd'>): PlaceKind {
  if (text === '-') return 'stdin';
  if (text === 'env' || variableIn(text) !== undefined) return 'env';
  if (isDsn(text) || text.includes('://')) return 'dsn';
  if (/^[\w-]+$/.test(text)) return 'name';
  if (fileExists(text, cwd)) return 'file';
  if (text.includes('@')) return 'dsn';
  return /[/\\]|\.(?:ya?ml|json|txt|env)$/.test(text) ? 'file' : 'name';
}

/** The variable that `env:NAME` names. */
export function variableIn(text: string): string | undefined {
  return /^env:([A-Za-z_]\w*)$/.exec(text)?.[1];
}
