import { fileURLToPath } from 'node:url';
import { PoolctlError } from '../base/errors.ts';
import { narrowed, type Roots } from './roots.ts';

/** Asks the client for its folders; undefined where it does not speak of any. */
export type AskRoots = () => Promise<readonly { readonly uri: string }[]> | undefined;

/** The folders that a call may read: those of the server, less what the client leaves out. Asked once until `forget`. */
export function clientRoots(own: Roots, ask: AskRoots): { current(): Promise<Roots>; forget(): void } {
  let known: Promise<Roots> | undefined;
  const find = async () => {
    const asked = ask();
    if (!asked) return own;
    try {
      return narrowed(
        own,
        (await asked).flatMap(({ uri }) => folderOf(uri)),
      );
    } catch (cause) {
      known = undefined;
      throw new PoolctlError('OUTSIDE_ROOTS', 'The client has folders of its own, and does not name them.', {
        hint: 'Nothing is read before it answers roots/list.',
        cause,
      });
    }
  };
  return {
    current: () => {
      known ??= find();
      return known;
    },
    forget: () => {
      known = undefined;
    },
  };
}

function folderOf(uri: string): string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}
