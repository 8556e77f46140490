import { expect, it } from 'vitest';
import type { Io } from '../../../src/base/io.ts';
import { consentOf } from '../../../src/cli/consent.ts';

const reason = 'The server is not on this machine.';

/** A terminal on which that is typed; without it, the input ends. */
async function asked(typed: string | undefined, { stdin = true, stderr = true } = {}) {
  let shown = '';
  const io: Pick<Io, 'stdin' | 'stderr'> = {
    stderr: { isTTY: stderr, write: (text) => (shown += text) },
    stdin: Object.assign(
      (async function* () {
        if (typed !== undefined) yield Buffer.from(typed);
      })(),
      { isTTY: stdin },
    ),
  };
  return { agreed: await consentOf(reason, io as Io), shown };
}

it.each(['y\n', 'yes\n', 'Y\r\n', ' YES \n'])('takes %j for a yes', async (typed) => {
  expect((await asked(typed)).agreed).toBe(true);
});

it.each(['n\n', '\n', 'yep\n', 'no\n', 'y es\n', undefined])('takes %j for a no', async (typed) => {
  expect((await asked(typed)).agreed).toBe(false);
});

it('says why it asks', async () => {
  const { shown } = await asked('n\n');
  expect(shown).toContain(reason);
  expect(shown).toMatch(/\[y\/N\] $/);
});

it.each([{ stdin: false }, { stderr: false }])('asks nobody where there is no terminal: %j', async (terminals) => {
  expect(await asked('y\n', terminals)).toEqual({ agreed: false, shown: '' });
});
