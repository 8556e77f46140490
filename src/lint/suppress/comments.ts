import { placeFinder } from '../../declarations/code/lines.ts';
import { parseCode } from '../../declarations/code/parse.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { isCode } from '../kinds.ts';
import type { Directive } from './directive.ts';

/** `poolctl-disable-next-line rule, rule -- reason`, and the same with -line, -file, or none up to `poolctl-enable rule`. */
const words = /poolctl-(disable(?:-next-line|-line|-file)?|enable)(?![\w-])([^\n\r]*)/;
const inComment = new RegExp(`(?:^|\\s)(?:#|//|/\\*|;|--|<!--)[ \\t]*${words.source}`, 'gm');
const startsComment = new RegExp(`^[ \\t*]*${words.source}`, 'm');

interface Said {
  readonly word: string;
  readonly rules: readonly string[];
  readonly reason: string | undefined;
  readonly place: SourceSpan;
}

/** What the comments of a file say of rules. */
export function commentDirectives(text: string, path: string): Directive[] {
  if (!text.includes('poolctl-disable')) return [];
  const said = saidIn(text, path);
  const taken = new Set(said.map(({ place }) => place.line));
  return said.filter(({ word }) => word !== 'enable').map((one) => ({ ...one, ...linesOf(one, said, taken) }));
}

function linesOf({ word, rules, place: { line, endLine } }: Said, all: readonly Said[], taken: ReadonlySet<number>) {
  switch (word) {
    case 'disable-next-line': {
      let next = endLine + 1;
      while (taken.has(next)) next += 1;
      return { from: next, to: next };
    }
    case 'disable-line':
      return { from: line, to: line };
    case 'disable-file':
      return { from: 1, to: Number.POSITIVE_INFINITY };
    default: {
      const end = all.find(
        (other) =>
          other.word === 'enable' &&
          other.place.line > line &&
          (other.rules.length === 0 || rules.some((rule) => other.rules.includes(rule))),
      );
      return { from: line, to: end?.place.line ?? Number.POSITIVE_INFINITY };
    }
  }
}

function saidIn(text: string, path: string): Said[] {
  const spanOf = placeFinder(path, text);
  const code = isCode(path) ? parseCode(path, text) : undefined;
  if (!code) {
    return [...text.matchAll(inComment)].map(({ 0: found, 1: word = '', 2: rest = '', index }) => {
      const start = index + found.length - found.trimStart().length;
      return { word, ...readRest(rest), place: spanOf({ start, end: index + found.trimEnd().length }) };
    });
  }
  return code.comments.flatMap(({ value, start, end }) => {
    const [, word, rest = ''] = startsComment.exec(value) ?? [];
    return word === undefined ? [] : [{ word, ...readRest(rest), place: spanOf({ start, end }) }];
  });
}

function readRest(rest: string): Pick<Said, 'rules' | 'reason'> {
  const [named = '', ...reason] = rest.replace(/(?:\*\/|-->).*$/, '').split(/\s--(?:\s|$)/);
  return {
    rules: named.split(/[\s,]+/).filter((word) => word !== ''),
    reason: reason.join(' -- ').trim() || undefined,
  };
}
