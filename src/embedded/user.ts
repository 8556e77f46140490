import { execFileSync } from 'node:child_process';

export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Database servers refuse to run as root, so root lends them to `nobody`, who is on every machine. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

function idOfNobody(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
}
