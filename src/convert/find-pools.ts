import { readerNamed } from '../declarations/guess.ts';
import { readers } from '../declarations/readers/index.ts';
import type { TextFile } from '../declarations/text-file.ts';
import type { PoolsFound } from './file-pool.ts';
import { innerPools } from './inner-pools.ts';
import { profilesFor } from './profiles-for.ts';
import type { ReadRequest } from './request.ts';
import { type Known, poolsInSettings, settingsIn } from './settings-file.ts';
import { isOfReadLanguage, refuseLanguage, unreadFile } from './unread.ts';

const code = /(?<!\.d)\.[cm]?[jt]sx?$/;

/**
 * The pools that a file declares: of settings, of code, or of files within it.
 * @throws PoolctlError INPUT_INVALID, INPUT_CONTRADICTION, INPUT_MISSING
 */
export async function findPools(request: ReadRequest): Promise<PoolsFound> {
  const { text, file, from } = request;
  if (code.test(file) || (await makesPools({ file, text }))) {
    const { poolsInCode } = await import('./code-pools.ts');
    return poolsInCode(request);
  }
  if (from === undefined) refuseLanguage(request);
  const asked = from === undefined ? undefined : { [from]: readerNamed(from, readers) };
  const known: Known = { readers: asked ?? readers, profiles: await profilesFor(Object.values(asked ?? readers)) };
  const settings = await settingsIn(request, known);
  const inner = await innerPools(request, settings, known);
  if (inner.length > 0) return { drafts: inner, profiles: known.profiles };
  const drafts = poolsInSettings(request, settings, known);
  if (drafts.length === 0) throw unreadFile(request, settings.format, known.readers);
  return { drafts, profiles: known.profiles };
}

/** Whether it is code of another language that may make a pool. */
async function makesPools(file: TextFile): Promise<boolean> {
  if (!isOfReadLanguage(file)) return false;
  const { sourceReaders } = await import('../declarations/sources/index.ts');
  return sourceReaders.some((reader) => reader.claims(file));
}
