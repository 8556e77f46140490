import type { DeclaredPool } from '../declared-pool.ts';
import { curlyModule } from '../sources/curly-module.ts';
import { CurlyValues } from '../sources/curly-values.ts';
import type { SourceAround } from '../sources/source-reader.ts';
import type { TextFile } from '../text-file.ts';
import { builtPools } from './builders.ts';
import { chainsIn } from './chains.ts';
import { configuredPools } from './pool-config.ts';
import { rustValue } from './values.ts';

/** Whether a file of Rust may make a pool; quick, so that all files of a project can be asked. */
export function mayMakeRustPools({ file, text }: TextFile): boolean {
  return (
    file.endsWith('.rs') &&
    /\b(?:Pg|MySql|Any)?PoolOptions\b|\b(?:Pg|MySql)Pool\s*::\s*connect|\b(?:bb8|r2d2|deadpool\w*)\b/.test(text)
  );
}

/**
 * The pools that a file of Rust makes with sqlx, bb8, r2d2 (as Diesel does too) and deadpool. Literals, constants,
 * Duration and variables of the environment are followed within the file; the rest is unknown. Never throws for what is
 * in a file.
 */
export function rustPools(file: TextFile, around: SourceAround): DeclaredPool[] {
  const values = new CurlyValues(curlyModule(file, 'rust'), around, rustValue);
  const chains = chainsIn(values.module);
  return [...builtPools(chains, values), ...configuredPools(chains, values)].sort(
    (a, b) => a.place.start - b.place.start,
  );
}
