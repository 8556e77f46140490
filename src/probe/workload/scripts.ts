import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import { parseDirectives, parseWeight } from './directives.ts';
import type { ProbeWorkload, Script, ScriptStatement, VariableLaw } from './model.ts';
import { bindParameters } from './parameters.ts';
import { type SplitStatement, splitStatements } from './split.ts';
import { tokenMeaning, tokensOf } from './tokens.ts';
import type { ReadText } from './variables.ts';
import { effectOf } from './writes.ts';

/** SQL of the user's: the text of --sql, or a file. */
export interface SqlSource {
  /** `--sql`, `orders.sql`: begins errors, and is how the report calls it. */
  readonly name: string;
  readonly text: string;
  /** Wins over the weight that the text itself names; 1 where neither does. */
  readonly weight?: number;
}

export interface SqlOptions {
  readonly engine: EngineId;
  /** Those of --var; they win over those that a text declares. */
  readonly variables: Readonly<Record<string, VariableLaw>>;
  readonly allowWrite: boolean;
  readonly prepared: boolean;
  readonly read: ReadText;
}

/**
 * The workload of the user's own SQL: of several texts one is drawn for each request, and several statements of one text
 * are a transaction. @throws PoolctlError VALUE_INVALID, INPUT_INVALID, INPUT_UNREADABLE, WRITE_REFUSED
 */
export function sqlWorkload(sources: readonly SqlSource[], options: SqlOptions): ProbeWorkload {
  const variables: Record<string, VariableLaw> = {};
  const scripts = sources.map((source) => scriptOf(source, options, variables));
  const name = sources.map((source) => source.name).join(' + ');
  const writes = options.allowWrite ? ' It may write.' : '';
  return {
    name,
    description: `${describe(scripts)}.${writes}`,
    kind: 'sql',
    // Whether a user-defined function writes cannot be seen in the text, so the permission decides.
    readOnly: !options.allowWrite,
    transportOnly: false,
    scripts,
    variables,
  };
}

function describe(scripts: readonly Script[]): string {
  const [first] = scripts;
  if (scripts.length > 1) return `Each request runs one of ${scripts.length} scripts of yours, drawn by weight`;
  const count = first?.statements.length ?? 0;
  if (first?.isTransaction)
    return `Each request is a transaction of ${count} statement${count === 1 ? '' : 's'} of yours`;
  return 'Each request is one statement of yours';
}

/** Adds the variables that it uses. */
function scriptOf(source: SqlSource, options: SqlOptions, variables: Record<string, VariableLaw>): Script {
  const { engine, prepared } = options;
  const directives = parseDirectives(source.text, source.name, options.read);
  const all = splitStatements(source.text, engine, source.name);
  const { statements, wrapped } = unwrap(all, engine, source.name);
  if (statements.length === 0) {
    throw new PoolctlError('VALUE_INVALID', `${source.name} has no statement in it.`, {
      hint: 'Write one, such as SELECT * FROM orders WHERE id = :id.',
    });
  }
  const resolve = (name: string) => {
    const law = lawOf(options.variables, name) ?? lawOf(directives.variables, name);
    return law && keyFor(name, law, variables);
  };
  return {
    weight: source.weight ?? directives.weight ?? 1,
    isTransaction: wrapped || statements.length > 1,
    statements: statements.map((statement): ScriptStatement => {
      const place = lineOf(source.name, statement, all.length);
      refuseEffects(statement.text, place, options);
      return { ...bindParameters(statement.text, engine, resolve, place), prepared };
    }),
  };
}

function lawOf(laws: Readonly<Record<string, VariableLaw>>, name: string): VariableLaw | undefined {
  return Object.hasOwn(laws, name) ? laws[name] : undefined;
}

/** Two files may mean different things by one name. */
function keyFor(name: string, law: VariableLaw, variables: Record<string, VariableLaw>): string {
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? name : `${name}#${number}`;
    const taken = lawOf(variables, key);
    if (taken !== undefined && JSON.stringify(taken) !== JSON.stringify(law)) continue;
    variables[key] = law;
    return key;
  }
}

/** `orders.sql:12`, and `--sql` where there is only one. */
export function lineOf(name: string, { line }: SplitStatement, count: number): string {
  return count === 1 ? name : `${name}:${line}`;
}

/** BEGIN at the start and COMMIT at the end are poolctl's to send. */
function unwrap(
  statements: readonly SplitStatement[],
  engine: EngineId,
  source: string,
): { statements: readonly SplitStatement[]; wrapped: boolean } {
  const phrase = (statement: SplitStatement | undefined) =>
    statement === undefined
      ? ''
      : tokenMeaning(tokensOf(statement.text, engine, source))
          .map(({ text }) => text.toUpperCase())
          .join(' ');
  const begins = /^(?:BEGIN(?: WORK| TRANSACTION)?|START TRANSACTION)$/.test(phrase(statements[0]));
  const ends = /^(?:COMMIT|END)(?: WORK| TRANSACTION)?$/.test(phrase(statements.at(-1)));
  if (begins !== ends) {
    const [there, missing] = begins ? ['BEGIN', 'COMMIT at its end'] : ['COMMIT', 'BEGIN at its start'];
    throw new PoolctlError('VALUE_INVALID', `${source} has ${there}, but no ${missing}.`, {
      hint: 'Leave both out: several statements are one transaction.',
    });
  }
  return { statements: begins ? statements.slice(1, -1) : statements, wrapped: begins };
}

function refuseEffects(text: string, place: string, { engine, allowWrite }: SqlOptions): void {
  const effect = effectOf(text, engine, place);
  if (effect === undefined || (effect.kind === 'write' && allowWrite)) return;
  if (effect.kind === 'never') {
    const isControl = /^(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE)$/.test(effect.what);
    throw new PoolctlError('VALUE_INVALID', `${place}: ${effect.what} has no place in a workload.`, {
      hint: isControl
        ? 'Leave it out: several statements are one transaction, which poolctl begins and commits.'
        : 'It would outlast its request on a connection of the pool, or reach beyond it.',
    });
  }
  throw new PoolctlError(
    'WRITE_REFUSED',
    `${place}: ${effect.what} writes or locks, and poolctl only reads unless told.`,
    {
      hint: 'Add --allow-write, on a database where that does no harm.',
    },
  );
}

/** `orders.sql@3`: a file and its weight. A file whose name ends so is named with a weight, `odd@3@1`. */
export function parseWeightedFile(text: string): { readonly file: string; readonly weight?: number } {
  const [, file, weight] = /^(.+)@(\d*\.?\d+)$/.exec(text) ?? [];
  return file === undefined || weight === undefined
    ? { file: text }
    : { file, weight: parseWeight(weight, `--file ${file}`) };
}
