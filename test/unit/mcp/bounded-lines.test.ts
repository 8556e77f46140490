import { expect, it } from 'vitest';
import { boundedLines } from '../../../src/mcp/bounded-lines.ts';

async function read(chunks: readonly string[]) {
  const tooLong: (string | number | undefined)[] = [];
  async function* stream() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of boundedLines(stream(), 30, (id) => tooLong.push(id))) lines.push(line.toString());
  return { lines, tooLong };
}

it('hands on lines, in whatever pieces they come', async () => {
  expect(await read(['{"a":', '1}\n{"b":2}\n{"c', '":3}', '\n'])).toEqual({
    lines: ['{"a":1}\n', '{"b":2}\n', '{"c":3}\n'],
    tooLong: [],
  });
});

it.each([
  ['first', `{"jsonrpc":"2.0","id":7,"params":{"id":1,"text":"${'x'.repeat(9_000)}"}}`, 7],
  [
    'last',
    `{"method":"tools/call","params":{"id":1,"text":"${'x'.repeat(9_000)}"},"jsonrpc":"2.0","id":"seven"}`,
    'seven',
  ],
  ['nowhere', `${'z'.repeat(40)} "id":1, `, undefined],
])('leaves out a line that is too long, whose id stands %s, and goes on', async (_, line, id) => {
  const pieces = line.match(/.{1,700}/gs) ?? [];
  expect(await read([...pieces, '\n{"b":2}\n'])).toEqual({ lines: ['{"b":2}\n'], tooLong: [id] });
});
