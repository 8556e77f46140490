import { mayMakePythonPools, pythonPools } from '../python/index.ts';
import type { SourceReader } from './source-reader.ts';

/** Languages beside JavaScript and TypeScript, whose pools `code/` finds, that pools are read from. */
export const sourceReaders: readonly SourceReader[] = [
  { language: 'Python', claims: mayMakePythonPools, pools: pythonPools },
];
