import { cleanLine, cleanText } from '../base/clean.ts';
import { formatCount } from '../base/units.ts';
import type { TableView, View } from './view.ts';

/** A view whose texts can go to a terminal or a page: a name that a server gave cannot end its line, or colour the next. */
export function cleanView(view: View): View {
  const { verbatim, snippets, tables, ...rest } = view;
  return {
    ...cleaned(rest),
    tables: tables.map((table) => cleaned({ ...table, rows: firstOf(table.rows) })),
    ...(verbatim !== undefined && { verbatim: cleanText(verbatim) }),
    ...(snippets && { snippets: snippets.map((snippet) => ({ ...cleaned(snippet), text: cleanText(snippet.text) })) }),
  };
}

/** A server may name as many sessions as it likes. */
const mostRows = 1_000;

function firstOf(rows: TableView['rows']): TableView['rows'] {
  if (rows.length <= mostRows) return rows;
  return [...rows.slice(0, mostRows), [`… and ${formatCount(rows.length - mostRows, 'row')} more`]];
}

function cleaned<T>(value: T): T {
  if (typeof value === 'string') return cleanLine(value) as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleaned(part)])) as T;
}
