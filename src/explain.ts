import { readdirSync, readFileSync } from 'node:fs';
import { warningCodes } from './core/warning-codes.ts';
import { errorCodes, exitCodes, PoolctlError } from './errors.ts';
import { didYouMean } from './suggest.ts';

export interface Topic {
  readonly id: string;
  readonly kind: 'terms' | 'errors' | 'warnings';
  readonly title: string;
}

export interface Explanation extends Topic {
  /** The title, an empty line, and the text. */
  readonly text: string;
}

/** One file of profiles/topics is one term: its first line is the title. */
const folder = new URL('../profiles/topics/', import.meta.url);

/** Everything that can be explained, sorted within its kind. */
export function topics(): Topic[] {
  return all().map(({ id, kind, title }) => ({ id, kind, title }));
}

/** The text on a term, an error code or a warning code; TOPIC_UNKNOWN names the nearest one. */
export function explain(name: string): Explanation {
  const wanted = name.toLowerCase();
  const found = all().find(({ id }) => id.toLowerCase() === wanted);
  if (found) return found;
  const ids = all().map(({ id }) => id);
  throw new PoolctlError('TOPIC_UNKNOWN', `There is nothing to explain about "${name}".${didYouMean(name, ids)}`, {
    hint: '`poolctl explain` lists the topics.',
  });
}

function all(): Explanation[] {
  const terms = readdirSync(folder).map((file) =>
    term(file.replace(/\.md$/, ''), readFileSync(new URL(file, folder), 'utf8')),
  );
  const exits = Object.entries(exitCodes).map(([code, means]) => `${code.padStart(3)}  ${means}`);
  const errors = Object.entries(errorCodes).map(([id, { exit, means }]) =>
    explanation('errors', id, `exit code ${exit}`, means),
  );
  const warnings = Object.entries(warningCodes).map(([id, means]) => explanation('warnings', id, 'a warning', means));
  return [...terms, explanation('terms', 'exit-codes', 'What the exit code says', exits.join('\n'))]
    .sort((a, b) => a.id.localeCompare(b.id))
    .concat(errors, warnings);
}

function term(id: string, text: string): Explanation {
  const [title = id] = text.split('\n');
  return { id, kind: 'terms', title, text };
}

function explanation(kind: Topic['kind'], id: string, title: string, body: string): Explanation {
  return { id, kind, title, text: `${id}: ${title}\n\n${body}\n` };
}
