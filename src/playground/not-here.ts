import { PoolctlError } from '../base/errors.ts';

/** Stands for all that leads to a file, a server or an environment. */
export function refuseOnPage(): never {
  throw new PoolctlError('INPUT_UNREADABLE', 'A page reads no file and asks no server.', {
    hint: 'Name a server of the list, or run the command below in a terminal.',
  });
}
