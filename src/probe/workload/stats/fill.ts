import type { EngineId } from '../../../base/engine.ts';
import type { VariableLaw } from '../model.ts';
import type { StatementCandidate } from './candidate.ts';
import { type ParameterPlace, type TableName, tableColumnOf, tablesOf } from './places.ts';
import type { Replayable } from './replayable.ts';

export interface WantedColumn {
  readonly table: TableName;
  readonly column: string;
}

/** How the values of columns are distributed, as far as the server tells. */
export interface ColumnLaws {
  /** Whether there is such a column. */
  has(wanted: WantedColumn): boolean;
  law(wanted: WantedColumn): VariableLaw | undefined;
}

/** The columns whose values would fill the placeholders of a statement; none where another placeholder cannot be filled. */
export function wantedColumns(candidate: StatementCandidate, engine: EngineId): WantedColumn[] {
  return (placesOf(candidate, engine) ?? []).flatMap((place) => columnsOf(candidate, place, engine));
}

/** The statement with a variable for each placeholder; undefined where one cannot be filled. `prefix` begins the variables' names. */
export function fill(
  candidate: StatementCandidate,
  engine: EngineId,
  laws: ColumnLaws,
  prefix: string,
): Replayable | undefined {
  const places = placesOf(candidate, engine);
  if (places === undefined) return undefined;
  const variables: Record<string, VariableLaw> = {};
  for (const [index, place] of places.entries()) {
    const law = lawOf(candidate, place, engine, laws);
    if (law === undefined) return undefined;
    variables[`${prefix}.${index + 1}`] = law;
  }
  const { text, calls } = candidate;
  return { text, calls, parameters: Object.keys(variables), variables };
}

/** By the number of the placeholder, or by its order where it has none. */
function placesOf({ tokens }: StatementCandidate, engine: EngineId): ParameterPlace[] | undefined {
  const places: (ParameterPlace | undefined)[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'placeholder') continue;
    const number = engine === 'postgres' ? Number(text.slice(1)) - 1 : places.length;
    places[number] = tableColumnOf(tokens, index, engine);
  }
  const known = Array.from(places).flatMap((place) => place ?? []);
  return known.length === places.length ? known : undefined;
}

/** Each table that the column may be of. */
function columnsOf({ tokens }: StatementCandidate, place: ParameterPlace, engine: EngineId): WantedColumn[] {
  if (place.kind !== 'column') return [];
  const { qualifier, column } = place;
  return tablesOf(tokens, engine)
    .filter(({ alias }) => qualifier === undefined || alias === qualifier)
    .map((table) => ({ table, column }));
}

function lawOf(
  candidate: StatementCandidate,
  place: ParameterPlace,
  engine: EngineId,
  laws: ColumnLaws,
): VariableLaw | undefined {
  switch (place.kind) {
    case 'limit':
      // The average number of rows, because the server does not keep the limit itself.
      return { kind: 'list', values: [Math.max(1, Math.ceil(candidate.rowsPerCall ?? 1))] };
    case 'offset':
      return { kind: 'list', values: [0] };
    case 'column': {
      const found = columnsOf(candidate, place, engine).filter((column) => laws.has(column));
      const [only] = found;
      return only && found.length === 1 ? laws.law(only) : undefined;
    }
    default:
      return place satisfies never;
  }
}
