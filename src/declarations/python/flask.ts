import type { DeclaredPool } from '../declared-pool.ts';
import type { NamedValue, PythonExpression } from './expression.ts';
import { expressionAt } from './expression.ts';
import { declared, pythonLibraries } from './libraries.ts';
import type { PythonModule } from './module.ts';
import type { PythonValues } from './values.ts';

/** Flask-SQLAlchemy up to 2.5 has these too. */
const older: Readonly<Record<string, string>> = {
  SQLALCHEMY_POOL_SIZE: 'pool_size',
  SQLALCHEMY_MAX_OVERFLOW: 'max_overflow',
  SQLALCHEMY_POOL_TIMEOUT: 'pool_timeout',
  SQLALCHEMY_POOL_RECYCLE: 'pool_recycle',
};

/** The engine of Flask-SQLAlchemy: where its URI is configured, with SQLALCHEMY_ENGINE_OPTIONS beside it or the library's defaults. */
export function flaskPools(module: PythonModule, values: PythonValues): DeclaredPool[] {
  const [uri, another] = settingsOf(module, 'SQLALCHEMY_DATABASE_URI');
  const [library] = pythonLibraries;
  if (!uri || !library) return [];
  const [options, more] = settingsOf(module, 'SQLALCHEMY_ENGINE_OPTIONS');
  const dict = options && values.dictOf(options.value);
  const isHidden =
    more !== undefined || another !== undefined || (options !== undefined && (!dict || dict.spreads.length > 0));
  const pool = declared(
    {
      library,
      made: 'SQLALCHEMY_ENGINE_OPTIONS',
      at: options
        ? { start: options.nameAt.start, end: options.value.end }
        : { start: uri.nameAt.start, end: uri.value.end },
      given: [
        ...(dict?.entries ?? []),
        ...Object.entries(older).flatMap(([name, option]) =>
          settingsOf(module, name).map((one) => ({ ...one, name: option })),
        ),
      ],
      url: uri.value,
      opaque: isHidden ? 'SQLALCHEMY_ENGINE_OPTIONS is set in several places, or in parts' : undefined,
      isIndented: false,
    },
    values,
  );
  return pool ? [pool] : [];
}

/** `NAME = …`, `config["NAME"] = …`, `update(NAME=…)`, `{"NAME": …}`. */
function settingsOf({ tokens }: PythonModule, name: string): NamedValue[] {
  return tokens.flatMap((token, index) => {
    if (token.text !== name || (token.kind !== 'name' && token.kind !== 'text')) return [];
    const next = tokens[index + 1]?.text === ']' ? index + 2 : index + 1;
    const value = valueAfter(tokens, next);
    return value ? [{ name, nameAt: { start: token.start, end: token.end }, value }] : [];
  });
}

function valueAfter(tokens: PythonModule['tokens'], at: number): PythonExpression | undefined {
  const sign = tokens[at]?.text;
  if (sign === '=') return expressionAt(tokens, at + 1).expression;
  if (sign !== ':') return undefined;
  const { expression, next } = expressionAt(tokens, at + 1);
  // `NAME: dict = {…}` has its type first.
  return tokens[next]?.text === '=' ? expressionAt(tokens, next + 1).expression : expression;
}
