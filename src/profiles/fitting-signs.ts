import type { Sign } from './signs.ts';

/** Shorter runs of letters are in too many messages. */
const leastRun = 12;
/** Of the shorter of the two texts. */
const leastShare = 0.6;
/** Of the best, for one that fits as well. */
const asGood = 0.8;
const longestInput = 500;
const leastPart = 5;
/** Stands for what differs, and cannot be typed. */
const differs = '\u0000';

/** What says this: by a code in it, or by its words, of which a part may be missing or differ. The best ones. */
export function fittingSigns(input: string, signs: readonly Sign[]): Sign[] {
  const text = plain(input.slice(0, longestInput));
  const byWords = signs
    .map((sign) => ({ sign, run: sign.message === undefined ? 0 : overlap(text, plain(sign.message)) }))
    .filter(({ run }) => run > 0);
  const best = Math.max(0, ...byWords.map(({ run }) => run));
  // A class also by its last name.
  const words = new Set(text.split(/[^\w.]+/).flatMap((word) => [word, ...word.split('.').slice(-1)]));
  const hasCode = ({ codes }: Sign) => codes.some((code) => words.has(code.toLowerCase()));
  if (best === 0) return signs.filter(hasCode);
  const fitting = byWords.filter(({ run }) => run >= asGood * best).map(({ sign }) => sign);
  const certain = fitting.filter(hasCode);
  return certain.length > 0 ? certain : fitting;
}

/**
 * How much of the message is in the input: its longest run, or all whole parts between what differs. 0 where that is too
 * little to mean anything, or only part of another word.
 */
function overlap(input: string, message: string): number {
  if (/^\w+$/.test(input) && !message.split(/\W+/).includes(input)) return 0;
  const whole = message.split(differs).filter((part) => part.trim().length >= leastPart && input.includes(part));
  const longest = longestRun(input, message);
  // From the middle of a message only what was typed alone: other programs have time-outs too.
  const isOfIt = longest.length >= input.length || message.slice(0, longest.start).split(differs).at(-1)?.trim() === '';
  const run = Math.max(isOfIt ? longest.length : 0, whole.join('').length);
  const least = Math.min(input.length, message.length) * leastShare;
  return run >= Math.max(least, leastRun) ? run : 0;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[^>]*>/g, differs)
    .replace(/\s+/g, ' ')
    .trim();
}

/** The longest run of characters that is in both texts, and where it starts in the other one. */
function longestRun(one: string, other: string): { length: number; start: number } {
  let longest = { length: 0, start: 0 };
  let row = new Array<number>(other.length + 1).fill(0);
  for (const letter of one) {
    const next = [0];
    for (let at = 0; at < other.length; at += 1) {
      const run = other[at] === letter ? (row[at] ?? 0) + 1 : 0;
      next.push(run);
      if (run > longest.length) longest = { length: run, start: at + 1 - run };
    }
    row = next;
  }
  return longest;
}
