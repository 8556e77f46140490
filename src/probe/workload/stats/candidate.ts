import type { EngineId } from '../../../base/engine.ts';
import { type Token, tokenMeaning, tokensOf } from '../tokens.ts';
import { effectOf } from '../writes.ts';

/** A statement that the server has counted. */
export interface Counted {
  readonly text: string;
  readonly calls: number;
  readonly rowsPerCall?: number;
}

/** With its tokens, without spaces and comments. */
export type Tokenized<Statement> = Statement & { readonly tokens: readonly Token[] };
export type StatementCandidate = Tokenized<Counted>;

/** Those that only read, and read tables of the user's: a ping says nothing, and catalogs are for tools. */
export function readsOf<Statement extends Counted>(
  counted: readonly Statement[],
  engine: EngineId,
): Tokenized<Statement>[] {
  return counted.flatMap((statement) => {
    const tokens = tokensIn(statement.text, engine);
    if (tokens === undefined || effectOf(statement.text, engine, 'the statement') !== undefined) return [];
    const reads =
      /^(?:SELECT|WITH|\()$/i.test(tokens[0]?.text ?? '') && tokens.some((token) => isWord(token, /^FROM$/i));
    const system = tokens.some((token) =>
      isWord(token, /^(?:pg_\w+|information_schema|performance_schema|mysql|sys)$/i),
    );
    return reads && !system ? [{ ...statement, tokens }] : [];
  });
}

function isWord({ kind, text }: Token, pattern: RegExp): boolean {
  return kind === 'word' ? pattern.test(text) : kind === 'name' && pattern.test(text.slice(1, -1));
}

/** Undefined for what was cut off within a quote. */
function tokensIn(text: string, engine: EngineId): Token[] | undefined {
  try {
    return tokenMeaning(tokensOf(text, engine, 'the statement'));
  } catch {
    return undefined;
  }
}
