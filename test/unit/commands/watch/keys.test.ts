import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../../../src/commands/watch/keys.ts';

describe('what a terminal sends', () => {
  it.each([
    ['\u001b[A\u001b[B', ['up', 'down']],
    ['\u001bOA\u001bOD', ['up', 'left']],
    ['\u001b[1;5C', ['right']],
    ['\u001b[5~\u001b[6~\u001b[H\u001b[4~', ['page-up', 'page-down', 'home', 'end']],
    ['\t\r\n\u007f\b\u0015', ['tab', 'enter', 'enter', 'backspace', 'backspace', 'erase-line']],
    ['\u001b[Z', ['tab']],
    ['\u0003\u001a\u000c', ['interrupt', 'suspend', 'redraw']],
    ['s日', [{ typed: 's' }, { typed: '日' }]],
    ['\u001bq', ['escape', { typed: 'q' }]],
    ['\u001b\u001b[A', ['escape', 'up']],
    ['\u001b[200~\u001b[15~\u001bOP\u0000', []],
  ])('%j is %j', (text, keys) => {
    expect(readKeys(text)).toEqual({ keys, rest: '' });
  });

  it.each(['\u001b', '\u001b[', '\u001b[1;', '\u001bO'])('waits for the rest of %j', (text) => {
    expect(readKeys(text)).toEqual({ keys: [], rest: text });
  });

  it('is the same in one piece and in two', () => {
    const sent = fc.array(fc.constantFrom('\u001b[A', '\u001bOB', '\u001b[5~', 'j', '/', '日', '\r'));
    fc.assert(
      fc.property(sent, fc.nat(30), (parts, at) => {
        const text = parts.join('');
        const first = readKeys(text.slice(0, at));
        const second = readKeys(first.rest + text.slice(at));
        expect([...first.keys, ...second.keys]).toEqual(readKeys(text).keys);
      }),
    );
  });
});
