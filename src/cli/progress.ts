import type { Io } from '../base/io.ts';

const quietMs = 500;
const frameMs = 100;

/**
 * Says on stderr how far a job is, once it has lasted half a second: a line that renews itself on a terminal, one plain
 * line elsewhere. The call to pass on as `onProgress` also lets the event loop turn, so that Ctrl-C is heard.
 */
export function progressOn(
  { stderr, now }: Io,
  what: string,
): { report(share: number, detail?: string): Promise<void>; end(): void } {
  const start = now();
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    async report(share, detail = '') {
      const at = now();
      if (at - start >= quietMs && at - shownAt >= frameMs && (stderr.isTTY === true || shownAt < 0)) {
        const percent = `${Math.floor(share * 100)} %`;
        stderr.write(stderr.isTTY ? `\r${what} ${percent.padStart(5)}${detail}\u001b[K` : `${what} …${detail}\n`);
        shownAt = at;
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    end() {
      if (stderr.isTTY && shownAt >= 0) stderr.write('\r\u001b[K');
    },
  };
}
