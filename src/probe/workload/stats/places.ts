import type { EngineId } from '../../../base/engine.ts';
import type { Token } from '../tokens.ts';

/** What a placeholder stands for, as far as the SQL around it tells. */
export type ParameterPlace =
  | { readonly kind: 'column'; readonly qualifier?: string; readonly column: string }
  | { readonly kind: 'limit' }
  | { readonly kind: 'offset' };

/** A table that a statement names, and the alias it goes by. Names as the server has them, without quotes. */
export interface TableName {
  readonly schema?: string;
  readonly table: string;
  readonly alias: string;
}

/**
 * Of `column = $1`, `$1 = column`, `column IN ($1, $2)`, LIMIT and OFFSET; undefined for all else. `tokens` without spaces
 * and comments.
 */
export function tableColumnOf(tokens: readonly Token[], index: number, engine: EngineId): ParameterPlace | undefined {
  const at = (offset: number) => upper(tokens[index + offset]);
  if (at(-1) === 'LIMIT') return { kind: 'limit' };
  if (at(-1) === 'FIRST' && at(-2) === 'FETCH') return { kind: 'limit' };
  if (at(-1) === 'OFFSET') return { kind: 'offset' };
  // `column = $1 + 1` and the like are something else.
  const endsHere = /^(?:[),]|::|[A-Z_]\w*|)$/.test(at(1));
  if (at(-1) === '=' && endsHere) return columnBefore(tokens, index - 1, engine);
  if (at(1) === '=' && startsCondition(tokens[index - 1])) return columnAfter(tokens, index + 2, engine);
  const list = listStart(tokens, index);
  return list !== undefined && endsHere ? columnBefore(tokens, list, engine) : undefined;
}

function upper(token: Token | undefined): string {
  return token?.kind === 'name' ? '"' : (token?.text.toUpperCase() ?? '');
}

/** The place of IN, where the placeholder is in its list; not of NOT IN, whose values are those that are not looked for. */
function listStart(tokens: readonly Token[], index: number): number | undefined {
  let from = index - 1;
  while (tokens[from]?.text === ',' || tokens[from]?.kind === 'placeholder') from -= 1;
  const isList = tokens[from]?.text === '(' && upper(tokens[from - 1]) === 'IN' && upper(tokens[from - 2]) !== 'NOT';
  return isList ? from - 1 : undefined;
}

/** The column whose name ends before `end`; undefined where it is part of an expression. */
function columnBefore(tokens: readonly Token[], end: number, engine: EngineId): ParameterPlace | undefined {
  const column = nameOf(tokens[end - 1], engine);
  if (column === undefined) return undefined;
  const qualifier = tokens[end - 2]?.text === '.' ? nameOf(tokens[end - 3], engine) : undefined;
  let start = qualifier === undefined ? end - 1 : end - 3;
  if (qualifier !== undefined && tokens[start - 1]?.text === '.') start -= 2;
  return startsCondition(tokens[start - 1]) ? place(column, qualifier) : undefined;
}

function columnAfter(tokens: readonly Token[], start: number, engine: EngineId): ParameterPlace | undefined {
  const names = [nameOf(tokens[start], engine)];
  let end = start + 1;
  for (; tokens[end]?.text === '.'; end += 2) names.push(nameOf(tokens[end + 1], engine));
  const column = names.at(-1);
  const isWhole = /^(?:[),]|AND|OR|ORDER|GROUP|LIMIT|OFFSET|)$/.test(upper(tokens[end]));
  return column !== undefined && isWhole ? place(column, names.at(-2)) : undefined;
}

function place(column: string, qualifier: string | undefined): ParameterPlace {
  return { kind: 'column', column, ...(qualifier !== undefined && { qualifier }) };
}

function startsCondition(token: Token | undefined): boolean {
  return /^(?:WHERE|AND|OR|ON|NOT|WHEN|HAVING|\()$/.test(upper(token));
}

/** PostgreSQL writes names without quotes in small letters; to MySQL capitals matter where they do to the file system. */
function nameOf(token: Token | undefined, engine: EngineId): string | undefined {
  if (token?.kind === 'word') return engine === 'postgres' ? token.text.toLowerCase() : token.text;
  return token?.kind === 'name' ? token.text.slice(1, -1).replace(/""|``/g, (pair) => pair.slice(1)) : undefined;
}

const noAlias = new Set(
  `WHERE JOIN LEFT RIGHT INNER FULL CROSS NATURAL ON USING GROUP ORDER LIMIT OFFSET HAVING UNION EXCEPT INTERSECT FOR FETCH
  WINDOW TABLESAMPLE AS SET`.split(/\s+/),
);

/** The tables after FROM, JOIN and the commas between them. */
export function tablesOf(tokens: readonly Token[], engine: EngineId): TableName[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' || !/^(?:FROM|JOIN)$/i.test(token.text)) return [];
    const found: TableName[] = [];
    let at = index + 1;
    for (;;) {
      const next = tableAt(tokens, at, engine);
      if (next === undefined) return found;
      found.push(next.name);
      if (tokens[next.end]?.text !== ',') return found;
      at = next.end + 1;
    }
  });
}

function tableAt(
  tokens: readonly Token[],
  from: number,
  engine: EngineId,
): { name: TableName; end: number } | undefined {
  let at = upper(tokens[from]) === 'ONLY' ? from + 1 : from;
  const first = nameOf(tokens[at], engine);
  if (first === undefined) return undefined;
  at += 1;
  const second = tokens[at]?.text === '.' ? nameOf(tokens[at + 1], engine) : undefined;
  if (second !== undefined) at += 2;
  const table = second ?? first;
  const hasAs = upper(tokens[at]) === 'AS';
  const alias = noAlias.has(upper(tokens[hasAs ? at + 1 : at]))
    ? undefined
    : nameOf(tokens[hasAs ? at + 1 : at], engine);
  const end = at + (hasAs ? 1 : 0) + (alias === undefined ? 0 : 1);
  return { name: { ...(second !== undefined && { schema: first }), table, alias: alias ?? table }, end };
}
