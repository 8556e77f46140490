import { isCode } from '../../lint/kinds.ts';

const secretWord =
  /pass|pas+w|pwd|\bpw\b|psw|secret|token|credential|api_?key|access_?key|private_?key|new Sequelize\(/i;

/** How many lines above may be the ones that say what a text is: `new Sequelize(` and its arguments, a line each. */
const reach = 3;

/** A line of a file with stars for what may be a secret, as long as it was. Too many stars hurt nobody. */
export function maskedLine(file: string, lines: readonly string[], index: number): string {
  const open = maskedLogin(lines[index] ?? '');
  if (!isCode(file)) return saysSecret(lines, index, reach) ? maskedValue(open) : open;
  const above = lines.slice(Math.max(0, index - reach), index).join('\n');
  const isInside = secretWord.test(above) && /`[^`]*$/.test(above) && above.split('`').length % 2 === 0;
  if (isInside) return stars(open);
  return secretWord.test(open) || secretWord.test(above) ? maskedLiterals(open) : open;
}

/** From the first quote to the last: an apostrophe of a comment may stand between them. */
const maskedLiterals = (line: string) =>
  line.replace(/(['"`])(.*?)(['"`]?)([^'"`]*)$/, (whole, open: string, _text, close: string, rest: string) =>
    close === '' ? open + stars(whole.slice(1)) : open + stars(whole.slice(1, -rest.length - 1 || -1)) + close + rest,
  );

/** A line of configuration, or what opens it, names a secret: `password: >`, and `name: DB_PASSWORD` beside `value:`. */
function saysSecret(lines: readonly string[], index: number, left: number): boolean {
  const line = lines[index] ?? '';
  const [before, after] = [lines[index - 1] ?? '', lines[index + 1] ?? ''];
  if (secretWord.test(line) || (isName.test(after) && secretWord.test(after))) return true;
  return (
    left > 0 && (isName.test(before) || /[:=>|\\][+-]?\s*$/.test(before)) && saysSecret(lines, index - 1, left - 1)
  );
}

const isName = /^\s*(?:-\s*)?["']?(?:name|key)["']?\s*:/i;

/** What stands behind the first `:` or `=`; a line that has none is a value. */
function maskedValue(line: string): string {
  const [, key = '', value = ''] = /^(.*?[:=]\s*|\s*)(.*)$/.exec(line) ?? [];
  return key + stars(value);
}

/** The login of a URL, also of one whose rest is written elsewhere. */
const maskedLogin = (line: string) =>
  line
    .replace(/(:\/\/)([^\s'"`]*@)/g, (_match, scheme: string, login: string) => scheme + stars(login))
    .replace(
      /(:\/\/)([^\s'"`@/:]*:(?!\d+\W|\d+$)[^\s'"`@/]+)(?=['"`\\]|$)/g,
      (_match, scheme: string, login: string) => scheme + stars(login),
    );

const stars = (text: string) => text.replace(/\S/g, '*');
