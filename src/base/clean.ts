/** The longest line, in characters, that a text from elsewhere can make. */
const longestLine = 2_000;
/** The longest text of several lines, and in JSON. */
const longestText = 200_000;

/** Characters that a terminal acts on, that turn the direction of what follows, or that are not seen. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const unseenButLines = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * What servers, files and users say is made safe here, on the way out: characters that a terminal would act on are shown as
 * escapes, and what is too long ends in an ellipsis. This one is for a text within a line.
 */
export function cleanLine(text: string): string {
  return shortened(text, longestLine).replace(unseen, escaped);
}

/** The same for a text of several lines. */
export function cleanText(text: string): string {
  return shortened(text, longestText).replace(unseenButLines, escaped);
}

/** A document as JSON, which means the same: JSON.stringify escapes not all that a terminal acts on. */
export function jsonText(document: object, indent?: number): string {
  return JSON.stringify(document, jsonValue, indent).replace(unseenButLines, (character) =>
    Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
      .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A bound that does not exist is a key that is absent; JSON would write null. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return shortened(value, longestText);
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

/** poolctl's own codes for a line that renews itself. */
const toStart = '\r';
const eraseLine = '\u001b[K';

/** What is written to stderr: several lines, or one that renews itself, whose codes stay at its start and its end. */
export function cleanLines(text: string): string {
  let before = text.startsWith(toStart) ? toStart : '';
  if (before !== '' && text.startsWith(eraseLine, before.length)) before += eraseLine;
  const after = text.length > before.length && text.endsWith(eraseLine) ? eraseLine : '';
  const said = text.slice(before.length, text.length - after.length);
  return before + said.split('\n').map(cleanLine).join('\n') + after;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
