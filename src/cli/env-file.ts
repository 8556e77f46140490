import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { isDatabaseDsn } from '../engines/dsn/text.ts';

/** A DSN, and what messages call the place where it stood. */
export interface SourcedDsn {
  readonly text: string;
  readonly source: string;
}

const assignment = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/;

/**
 * The DSN of a file: its first line when that is one, else that of a .env file. There DATABASE_URL goes before others, and
 * of several others none is taken. `variable` is the one that the user named. @throws PoolctlError DSN_INVALID
 */
export function dsnInFile(text: string, file: string, { env }: Pick<Io, 'env'>, variable?: string): SourcedDsn {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('#')) ?? '';
  if (variable === undefined && !assignment.test(first)) {
    return { text: first.replace(/^(["'])(.*)\1$/, '$2'), source: file };
  }
  const values = valuesIn(lines);
  const found = (name: string) => ({
    text: expanded(values.get(name) ?? '', values, env),
    source: `${name} of ${file}`,
  });
  if (variable !== undefined) {
    if (values.has(variable)) return found(variable);
    throw new PoolctlError('DSN_INVALID', `${file} has no variable ${variable}.`, { hint: names(file, values, env) });
  }
  if (values.get('DATABASE_URL')) return found('DATABASE_URL');
  const candidates = candidatesIn(values, env);
  const [only, ...more] = new Set(candidates.map((name) => found(name).text));
  if (only !== undefined && more.length === 0) return found(candidates[0] ?? '');
  if (only === undefined) {
    throw new PoolctlError('DSN_INVALID', `${file}: no variable in it holds a DSN.`, {
      hint: 'Write DATABASE_URL=postgres://user:password@host:5432/database, or the DSN alone.',
    });
  }
  throw new PoolctlError('DSN_INVALID', `${file}: several variables hold a DSN: ${candidates.join(', ')}.`, {
    hint: `Which one? Write --url-file ${file}:${candidates[0]}, or call one DATABASE_URL.`,
  });
}

function candidatesIn(values: ReadonlyMap<string, string>, env: Io['env']): string[] {
  return [...values.keys()].filter((name) => isDatabaseDsn(expanded(values.get(name) ?? '', values, env)));
}

function names(file: string, values: ReadonlyMap<string, string>, env: Io['env']): string {
  const found = candidatesIn(values, env);
  return found.length === 0 ? `No variable of ${file} holds a DSN.` : `A DSN is in ${found.join(', ')}.`;
}

/** `${NAME}` of the file or the environment, as dotenv-expand, Prisma and Next.js read it; what is neither stays. */
function expanded(text: string, values: ReadonlyMap<string, string>, env: Io['env']): string {
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? values.get(name) ?? whole);
}

/**
 * The variables of a .env file, as dotenv reads those of one line: quotes, `export`, remarks behind a blank and #. A # without
 * a blank stays, because only a password has one. What stands in quotes over several lines is no DSN, and is left out.
 */
function valuesIn(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  let open: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (open !== undefined) {
      if (line.includes(open)) open = undefined;
      continue;
    }
    const [, name, rest = ''] = assignment.exec(line) ?? [];
    if (name === undefined) continue;
    const quote = /^["'`]/.exec(rest)?.[0];
    const quoted = /^(["'`])(.*)\1\s*(?:#((?!\1).)*)?$/.exec(rest);
    if (quoted) values.set(name, quoted[2] ?? '');
    else if (quote !== undefined && lines.slice(index + 1).some((later) => later.includes(quote))) open = quote;
    else values.set(name, rest.replace(/(?:^|\s)#.*$/, '').trim());
  }
  return values;
}
