import { expect, it } from 'vitest';
import { explainLog } from '../../../src/commands/explain/log.ts';

it.each(['utf8', 'utf16le'] as const)('reads a log in %s, in whatever pieces it comes', async (encoding) => {
  const text = `${encoding === 'utf8' ? '' : '\uFEFF'}started\nFATAL: sorry, too many clients already\n`;
  const bytes = Buffer.from(text, encoding);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  const { result } = await explainLog(pieces(), new AbortController().signal);
  expect(result).toMatchObject({ lines: 2, symptoms: [{ symptom: 'server-full', firstLine: 2, times: 1 }] });
});
