import { PoolctlError } from '../../base/errors.ts';
import type { Assignment } from '../target.ts';
import {
  type LeftAssignment,
  type Merged,
  type MergeForm,
  type MetAssignment,
  type MetReference,
  missed,
  settlePlace,
} from './met.ts';
import { eolOf, isSameKey } from './spelling.ts';

/** A line `key = value`, as .env, .properties and .ini files have it. */
const assignmentLine = /^(\s*(?:export\s+)?([\w.$-]+)\s*[=:]\s*)(.*?)\s*$/;
const sectionLine = /^\s*\[([^\]]+)\]\s*$/;

interface Line {
  readonly text: string;
  /** As it stands in the file; none at the end of some. */
  readonly eol: string;
}

/**
 * Puts settings into a file of `key = value` lines: a key that is there gets the new value in its line, others are added
 * at the end of their section. All other lines stay as they are, and so does what ends each line.
 */
export function mergeLines(
  existing: string,
  assignments: readonly Assignment[],
  { format, section = '', isSpring = false }: MergeForm,
  file: string,
): Merged {
  const lines = linesIn(existing);
  const references: MetReference[] = [];
  const left: LeftAssignment[] = [];
  const met: MetAssignment[] = [];
  const missing: Assignment[] = [];
  for (const assignment of assignments) {
    const key = assignment.path.join('.');
    const [place, second] = placesOf(lines, key, section, isSpring);
    if (second !== undefined) throw setTwice(file, key);
    if (place === undefined) {
      missing.push(assignment);
      met.push(missed(assignment));
      continue;
    }
    const { text: before = '', eol = '' } = lines[place] ?? {};
    const [, head = '', written = '', rest = ''] = partsOf(before, format);
    const settled = settlePlace({ key, line: place + 1, written, isSpring }, assignment);
    if (settled.text !== undefined) lines[place] = { text: head + settled.text + rest, eol };
    references.push(...settled.references);
    left.push(...settled.left);
    met.push(settled.met);
  }
  const equals = lines.some(({ text }) => !isComment(text) && /^\s*[\w.$-]+ = /.test(text)) ? ' = ' : '=';
  const added = missing.map(({ path, value }) => `${path.join('.')}${equals}${value}`);
  if (added.length > 0) insert(lines, section, added, eolOf(existing));
  return { text: lines.map(({ text, eol }) => text + eol).join(''), references, left, met };
}

/** The error for a key in two places. */
export function setTwice(file: string, key: string): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', `${file} sets ${key} more than once.`, {
    hint: 'Leave one of them; poolctl cannot know which one counts.',
  });
}

function linesIn(text: string): Line[] {
  return [...text.matchAll(/([^\n]*?)(\r?\n|$)/g)]
    .map(([, line = '', eol = '']) => ({ text: line, eol }))
    .filter(({ text: line, eol }) => line !== '' || eol !== '');
}

/** What stands before the value, the value, and a comment behind it, which only .env files have. */
function partsOf(line: string, format: MergeForm['format']): readonly (string | undefined)[] {
  const [, head, , value = ''] = assignmentLine.exec(line) ?? [];
  const [, plain, comment] = /^(".*?"|'.*?'|[^\s"'#]*)(\s+#.*)$/.exec(format === 'dotenv' ? value : '') ?? [];
  return [line, head, plain ?? value, comment];
}

function placesOf(lines: readonly Line[], key: string, section: string, isSpring: boolean): number[] {
  let current = '';
  return [...lines.entries()].flatMap(([index, { text }]) => {
    if (section !== '') current = sectionLine.exec(text)?.[1] ?? current;
    const found = isComment(text) ? undefined : assignmentLine.exec(text)?.[2];
    return found !== undefined && current === section && isSameKey(found, key, isSpring) ? [index] : [];
  });
}

function isComment(line: string): boolean {
  return /^\s*[#;!]/.test(line);
}

/** At the end of the section, before the empty lines that part it from the next. */
function insert(lines: Line[], section: string, added: readonly string[], eol: string): void {
  const own = added.map((text) => ({ text, eol }));
  const isHead = ({ text }: Line) => sectionLine.test(text);
  const start = section === '' ? -1 : lines.findIndex(({ text }) => sectionLine.exec(text)?.[1] === section);
  let end = lines.length;
  if (section !== '' && start < 0) {
    while (end > 0 && isEmpty(lines[end - 1])) end -= 1;
    own.unshift({ text: '', eol }, { text: `[${section}]`, eol });
    lines.length = end;
  } else {
    const next = section === '' ? -1 : lines.findIndex((line, index) => index > start && isHead(line));
    if (next >= 0) end = next;
    while (end > start + 1 && isEmpty(lines[end - 1])) end -= 1;
  }
  const last = lines[end - 1];
  if (last?.eol === '') lines[end - 1] = { ...last, eol };
  lines.splice(end, 0, ...own);
}

function isEmpty(line: Line | undefined): boolean {
  return line?.text.trim() === '';
}
