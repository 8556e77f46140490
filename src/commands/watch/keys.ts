import type { Key, NamedKey } from '../../views/watch/screen/press-key.ts';

/** Keys that are not the screen's own: Ctrl-C, Ctrl-Z, Ctrl-L. */
export type TerminalKey = 'interrupt' | 'suspend' | 'redraw';

const controls: Readonly<Record<string, NamedKey | TerminalKey>> = {
  '\u0003': 'interrupt',
  '\u001a': 'suspend',
  '\u000c': 'redraw',
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0015': 'erase-line',
};

/** What stands behind the escape: of xterm, with and without application keys, of rxvt, of the Linux console. */
const sequences: Readonly<Record<string, NamedKey>> = {
  ...{ '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', '[H': 'home', '[F': 'end', '[Z': 'tab' },
  ...{ OA: 'up', OB: 'down', OC: 'right', OD: 'left', OH: 'home', OF: 'end', OM: 'enter' },
  ...{ '[1~': 'home', '[7~': 'home', '[4~': 'end', '[8~': 'end', '[5~': 'page-up', '[6~': 'page-down' },
};

const escapeKey = '\u001b';
/** A whole sequence, with the modifiers of an arrow (`[1;5A`) apart. ECMA-48, 5.4. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals send
const whole = /^\u001b(?:\[(?:1;\d+(?=[A-HZ]))?([0-?]*[ -/]*[@-~])|(O[@-~]))/;
/** The start of one, whose rest may still be on its way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals send
const begun = /^\u001b(?:\[[0-?]*[ -/]*|O)?$/;

/** The keys in what the terminal sent, and the start of one that is not whole yet. A sequence that means nothing here is none. */
export function readKeys(text: string): { keys: (Key | TerminalKey)[]; rest: string } {
  const keys: (Key | TerminalKey)[] = [];
  let rest = text;
  while (rest !== '' && !begun.test(rest)) {
    const sequence = whole.exec(rest);
    const [character = ''] = rest;
    if (sequence) {
      const key = sequences[sequence[1] === undefined ? (sequence[2] ?? '') : `[${sequence[1]}`];
      if (key) keys.push(key);
    } else if (character === escapeKey) {
      keys.push('escape');
    } else if (!/\p{Cc}/u.test(character)) {
      keys.push({ typed: character });
    } else {
      const key = controls[character];
      if (key) keys.push(key);
    }
    rest = rest.slice(sequence ? sequence[0].length : character.length);
  }
  return { keys, rest };
}
