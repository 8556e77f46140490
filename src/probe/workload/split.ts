import type { EngineId } from '../../base/engine.ts';
import { lineAt, type Token, tokensOf } from './tokens.ts';

/** A statement without its semicolon, and the line of the script that it begins in. */
export interface SplitStatement {
  readonly text: string;
  readonly line: number;
}

/**
 * Splits a script at its semicolons. Comments around a statement are left out, hints to the planner are kept. `source`
 * begins the error. @throws PoolctlError VALUE_INVALID where a quote or comment has no end
 */
export function splitStatements(text: string, engine: EngineId, source: string): SplitStatement[] {
  const statements: SplitStatement[] = [];
  let tokens: Token[] = [];
  const end = () => {
    const core = trimmed(tokens);
    const [first] = core;
    if (first) statements.push({ text: core.map((token) => token.text).join(''), line: lineAt(text, first.at) });
    tokens = [];
  };
  for (const token of tokensOf(text, engine, source)) {
    if (token.kind === 'symbol' && token.text === ';') end();
    else tokens.push(token);
  }
  end();
  return statements;
}

/** pg_hint_plan reads a comment before the statement. */
function trimmed(tokens: readonly Token[]): readonly Token[] {
  const counts = ({ kind, text }: Token) => kind !== 'space' && (kind !== 'comment' || text.startsWith('/*+'));
  const hasCode = tokens.some(({ kind }) => kind !== 'space' && kind !== 'comment');
  return hasCode ? tokens.slice(tokens.findIndex(counts), tokens.findLastIndex(counts) + 1) : [];
}
