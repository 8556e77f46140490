import type { DeclaredPool } from '../declared-pool.ts';
import { curlyModule } from '../sources/curly-module.ts';
import { CurlyValues } from '../sources/curly-values.ts';
import type { SourceAround } from '../sources/source-reader.ts';
import type { TextFile } from '../text-file.ts';
import { sqlPools } from './database-sql.ts';
import { pgxPools } from './pgxpool.ts';
import { goValue } from './values.ts';

/** Whether a file of Go may make a pool; quick, so that all files of a project can be asked. */
export function mayMakeGoPools({ file, text }: TextFile): boolean {
  return (
    file.endsWith('.go') &&
    /\bpgxpool\.|\.Set(?:MaxOpenConns|MaxIdleConns|ConnMaxLifetime|ConnMaxIdleTime)\(|\bsqlx?\.(?:Must)?(?:Open|Connect)/.test(
      text,
    )
  );
}

/**
 * The pools that a file of Go makes with database/sql (as GORM and sqlx do too) and pgxpool. Literals, constants, units of
 * time, connection texts and variables of the environment are followed within the file; the rest is unknown. Never throws
 * for what is in a file.
 */
export function goPools(file: TextFile, around: SourceAround): DeclaredPool[] {
  const values = new CurlyValues(curlyModule(file, 'go'), around, goValue);
  return [...sqlPools(values), ...pgxPools(values)];
}
