import { PoolctlError } from '../../base/errors.ts';
import { parseCsv } from './csv.ts';
import type { VariableLaw } from './model.ts';

/** Gives the text of a file that the user named. @throws PoolctlError INPUT_UNREADABLE */
export type ReadText = (file: string) => string;

const hint = 'Write int:1..100000, zipf:1..100000, zipf:1..1000:0.8, uuid, list:a,b,c or csv:users.csv:id.';

/** Reads `name=spec`, as --var has it. @throws PoolctlError VALUE_INVALID, INPUT_INVALID, INPUT_UNREADABLE */
export function parseVariable(text: string, read: ReadText): { readonly name: string; readonly law: VariableLaw } {
  const [, name, spec] = /^\s*([A-Za-z_]\w*)\s*=\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  if (name === undefined || spec === undefined) {
    throw new PoolctlError('VALUE_INVALID', `--var "${text}" is not a name with values.`, {
      hint: 'Write --var id=int:1..100000 for :id in the SQL.',
    });
  }
  return { name, law: parseVariableLaw(spec, `--var ${name}`, read) };
}

/** Reads what a variable is drawn from; `source` begins the error. */
export function parseVariableLaw(spec: string, source: string, read: ReadText): VariableLaw {
  const [, kind = '', rest = ''] = /^(\w+)(?::([\s\S]*))?$/.exec(spec) ?? [];
  switch (kind) {
    case 'int':
      return { kind: 'int', ...parseRange(rest, spec, source) };
    case 'zipf':
      return parseZipf(rest, spec, source);
    case 'uuid':
      if (rest !== '') break;
      return { kind: 'uuid' };
    case 'list':
      return parseList(rest, spec, source);
    case 'csv':
      return parseColumn(rest, spec, source, read);
    default:
  }
  throw invalid(spec, source, 'no way to draw values');
}

function invalid(spec: string, source: string, why: string, better = hint): PoolctlError {
  return new PoolctlError('VALUE_INVALID', `${source}: "${spec}" is ${why}.`, { hint: better });
}

function parseRange(text: string, spec: string, source: string): { from: number; to: number } {
  const [, first, last] = /^(-?\d+)\.\.(-?\d+)$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || last === undefined) throw invalid(spec, source, 'not a range of whole numbers');
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || !Number.isSafeInteger(to - from + 1)) {
    throw invalid(spec, source, 'beyond 2^53, where numbers are no longer exact');
  }
  if (from > to) throw invalid(spec, source, 'a range without numbers', `The smaller one comes first: ${to}..${from}.`);
  return { from, to };
}

function parseZipf(rest: string, spec: string, source: string): VariableLaw {
  const [range = '', exponentText = '1', ...more] = rest.split(':');
  const exponent = /^\d*\.?\d+$/.test(exponentText) ? Number(exponentText) : Number.NaN;
  if (more.length > 0 || !(exponent > 0 && exponent <= 10)) {
    throw invalid(spec, source, 'not a range with an exponent above 0 and up to 10');
  }
  return { kind: 'zipf', ...parseRange(range, spec, source), exponent };
}

/** Numbers are numbers; in quotes they are text, as MySQL wants it for a column of text. */
function parseList(rest: string, spec: string, source: string): VariableLaw {
  const fields = parseCsv(rest, `${source}: list`).flat();
  if (fields.length === 0) throw invalid(spec, source, 'a list without values');
  const values = fields.map(({ text, quoted }) => (!quoted && isPlainNumber(text) ? Number(text) : text));
  return { kind: 'list', values };
}

function isPlainNumber(text: string): boolean {
  return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text));
}

/** The values stay text: a number compared with a column of text keeps MySQL from its index, text with a column of numbers does not. */
function parseColumn(rest: string, spec: string, source: string, read: ReadText): VariableLaw {
  const split = rest.lastIndexOf(':');
  const [file, column] = [rest.slice(0, split), rest.slice(split + 1)];
  if (split <= 0 || column === '') throw invalid(spec, source, 'not a file with a column', 'Write csv:users.csv:id.');
  const [header = [], ...lines] = parseCsv(read(file), file);
  const names = header.map(({ text }) => text.trim());
  // A column by its number means that there is no header: the first line is a value too.
  const byNumber = /^[1-9]\d*$/.test(column) && Number(column) <= names.length;
  const place = byNumber ? Number(column) - 1 : names.indexOf(column);
  if (place < 0) {
    throw new PoolctlError('INPUT_INVALID', `${file} has no column "${column}".`, {
      hint: names.length === 0 ? 'The file is empty.' : `Its columns are ${names.slice(0, 12).join(', ')}.`,
    });
  }
  const rows = byNumber ? [header, ...lines] : lines;
  const values = rows.map((row, index) => {
    const field = row[place];
    if (field) return field.text;
    throw new PoolctlError(
      'INPUT_INVALID',
      `${file}: record ${index + (byNumber ? 1 : 2)} has no column "${column}".`,
      {
        hint: 'Each record needs as many fields as the header.',
      },
    );
  });
  if (values.length === 0) {
    throw new PoolctlError('INPUT_INVALID', `${file} has a header and no values.`, {
      hint: 'Add a line for each value.',
    });
  }
  return { kind: 'list', values };
}
