import { stripVTControlCharacters } from 'node:util';
import type { Sign } from './signs.ts';

/** What a log says of one symptom. Lines count from 1. */
export interface LoggedSymptom {
  readonly symptom: string;
  readonly times: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Who said it. */
  readonly by: readonly string[];
}

interface Pattern {
  readonly sign: Sign;
  readonly pattern: RegExp;
  /** Letters of the message that do not differ. */
  readonly size: number;
}

/** Words shorter than that are in too many lines. */
const leastWord = 5;
/** Lines longer than that are cut. */
const longestLine = 16_000;
/** A part of a message so long is enough to know it by. */
const enoughLetters = 24;

/**
 * Counts what a log says by its cause, line by line. A line of a stack trace, and one that tells the cause of the error
 * before it, belongs to that error. Each line costs its words: only messages that have one of them are compared.
 */
export class LogSigns {
  readonly #byWord = new Map<string, Pattern[]>();
  readonly #byCode = new Map<string, Sign[]>();
  readonly #sayers = new Map<string, string[]>();
  readonly #found = new Map<string, { times: number; firstLine: number; lastLine: number; by: Set<string> }>();
  #line = 0;
  #before: string | undefined;

  constructor(signs: readonly Sign[]) {
    const words = wordCounts(signs);
    for (const sign of signs) {
      if (sign.message !== undefined) this.#addMessage(sign, sign.message, words);
      add(this.#sayers, sameWords(sign), sign.by);
      for (const code of sign.codes) add(this.#byCode, code.toLowerCase(), sign);
    }
  }

  get lines(): number {
    return this.#line;
  }

  read(text: string): void {
    this.#line += 1;
    const line = stripVTControlCharacters(text.slice(0, longestLine));
    if (line.trim() === '') return;
    const continues = /^(?:\s|Caused by:|\}|\.\.\.)/.test(line);
    const sign = this.#signIn(line);
    if (!sign) {
      if (!continues) this.#before = undefined;
      return;
    }
    if (!(continues && this.#before !== undefined)) this.#count(sign);
    if (!continues || this.#before === undefined) this.#before = sign.symptom;
  }

  /** Most frequent first. */
  result(): LoggedSymptom[] {
    return [...this.#found]
      .map(([symptom, { by, ...counts }]) => ({ symptom, ...counts, by: [...by] }))
      .sort((a, b) => b.times - a.times || a.firstLine - b.firstLine);
  }

  #addMessage(sign: Sign, message: string, counts: ReadonlyMap<string, number>): void {
    const fixed = message.split(/<[^>]*>/);
    const longest = fixed.toSorted((one, other) => other.length - one.length)[0] ?? '';
    // Versions differ in what they add.
    const parts = longest.length >= enoughLetters ? [longest] : fixed;
    const rarest = parts
      .flatMap(wordsOf)
      .sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || b.length - a.length)[0];
    if (rarest === undefined) return;
    const escaped = parts.map((part) =>
      part
        .trim()
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/\s+/g, '\\s+'),
    );
    const body = escaped.filter((part) => part !== '').join('[^\\n]{0,300}?');
    const source = sign.alone ? `(?:^|[:\\]>"-]\\s*)${body}[.!]?(?:["'\\s]*$|")` : body.replace(/\\\.$/, '\\.?');
    add(this.#byWord, rarest, { sign, pattern: new RegExp(source, 'i'), size: fixed.join('').length });
  }

  #signIn(line: string): Sign | undefined {
    let best: Pattern | undefined;
    const seen = new Set<string>();
    for (const word of wordsOf(line)) {
      if (seen.has(word)) continue;
      seen.add(word);
      for (const candidate of this.#byWord.get(word) ?? [])
        if ((!best || candidate.size > best.size) && candidate.pattern.test(line)) best = candidate;
    }
    return best?.sign ?? this.#codeIn(line);
  }

  /** A code of digits is one only behind a word that says so. */
  #codeIn(line: string): Sign | undefined {
    for (const [code = ''] of line.matchAll(/(?<![\w.:])[A-Za-z][\w]*(?:(?:\.|::)\w+)*/g)) {
      const [sign] = this.#byCode.get(code.toLowerCase()) ?? [];
      if (sign && /[\d_]|[a-z][A-Z]|^[A-Z]{6,}$/.test(code)) return sign;
    }
    for (const [, code = ''] of line.matchAll(/\b(?:SQLSTATE|code|errno|error)\b["']?\W{0,4}(\w{4,5})\b/gi)) {
      const [sign] = this.#byCode.get(code.toLowerCase()) ?? [];
      if (sign) return sign;
    }
    return undefined;
  }

  #count(sign: Sign): void {
    const { symptom } = sign;
    const found = this.#found.get(symptom) ?? { times: 0, firstLine: this.#line, lastLine: 0, by: new Set<string>() };
    this.#found.set(symptom, found);
    found.times += 1;
    found.lastLine = this.#line;
    for (const by of this.#sayers.get(sameWords(sign)) ?? []) found.by.add(by);
  }
}

/** What of it a log has: several may say the same. */
function sameWords({ symptom, message, codes }: Sign): string {
  return [symptom, message ?? codes.join(' ')].join('\n');
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z_]+/g) ?? []).filter((word) => word.length >= leastWord);
}

/** In how many messages each word is. */
function wordCounts(signs: readonly Sign[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { message = '' } of signs)
    for (const word of new Set(wordsOf(message))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key) ?? [];
  values.push(value);
  map.set(key, values);
}
