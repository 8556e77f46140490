import { elixirPools, mayMakeElixirPools } from '../elixir/index.ts';
import { goPools, mayMakeGoPools } from '../go/index.ts';
import { mayMakePythonPools, pythonPools } from '../python/index.ts';
import { mayMakeRustPools, rustPools } from '../rust/index.ts';
import type { SourceReader } from './source-reader.ts';

/** Languages beside JavaScript and TypeScript, whose pools `code/` finds, that pools are read from. */
export const sourceReaders: readonly SourceReader[] = [
  { language: 'Python', claims: mayMakePythonPools, pools: pythonPools },
  { language: 'Go', claims: mayMakeGoPools, pools: goPools },
  { language: 'Rust', claims: mayMakeRustPools, pools: rustPools },
  { language: 'Elixir', claims: mayMakeElixirPools, pools: elixirPools },
].map((reader) => ({ ...reader, pools: asFarAsTheStack(reader.pools) }));

/** The stack has an end, and a generated file may be nested deeper: nothing of it is read then. */
function asFarAsTheStack(pools: SourceReader['pools']): SourceReader['pools'] {
  return (file, around) => {
    try {
      return pools(file, around);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [];
    }
  };
}
