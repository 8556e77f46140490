import { readStatementLimit, statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { Assignment, EmitInput, OptionsSet } from '../target.ts';

/** Lines of key and value. A note has a line of its own above: behind a value it would be part of it. */
export function assignmentLines(
  assignments: readonly Pick<Assignment, 'path' | 'value' | 'note'>[],
  mark: '#' | ';',
  equals: '=' | ' = ',
): string {
  return assignments
    .map(({ path, value, note }) => {
      const assignment = `${path.join('.')}${equals}${value}`;
      return note === undefined ? assignment : `${note.replace(/^/gm, `${mark} `)}\n${assignment}`;
    })
    .join('\n');
}

/** The numbers among them, by name without the path. */
export function optionsAt(assignments: readonly Pick<Assignment, 'path' | 'value'>[]): OptionsSet {
  return Object.fromEntries(
    assignments.flatMap(({ path, value }) => (typeof value === 'number' ? [[path.at(-1) ?? '', value]] : [])),
  );
}

/** The query timeout as SQL for the start of a session, at the option that takes such SQL. */
export function sessionLimit({ settings, engine }: EmitInput, path: readonly string[]): Assignment[] {
  if (settings.queryTimeoutMs === undefined) return [];
  const { sql, note } = statementLimit(engine, settings.queryTimeoutMs);
  // Other SQL has a purpose of its own.
  const replaces = (value: string) => readStatementLimit(value) !== undefined;
  return [{ path, value: sql, of: 'queryTimeoutMs', note, replaces }];
}
