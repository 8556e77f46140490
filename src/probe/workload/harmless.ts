import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Row } from '../../engines/rows.ts';
import type { Session } from '../../engines/session.ts';
import { type Token, tokenMeaning, tokensOf } from './tokens.ts';

/** Words before a bracket that call nothing: syntax, and types with a length. */
const syntax = `SELECT FROM WHERE AND OR NOT IN EXISTS ANY ALL SOME AS ON USING BY HAVING UNION EXCEPT INTERSECT DISTINCT VALUES
 WHEN THEN ELSE CASE OVER FILTER JOIN LATERAL LIMIT OFFSET BETWEEN LIKE IS WITH MATERIALIZED PARTITION GROUPING SETS ROLLUP CUBE
 ROW INTERVAL MATCH AGAINST INDEX KEY NUMERIC DECIMAL VARCHAR CHAR CHARACTER VARYING TIMESTAMP TIMESTAMPTZ TIME`;

/** Functions that both kinds of servers have, and that compute or read the clock. */
const common = `count sum min max avg coalesce nullif greatest least abs ceil ceiling floor round sign sqrt power exp ln mod lower
 upper length char_length octet_length substring substr left right trim ltrim rtrim lpad rpad replace concat concat_ws position
 repeat reverse ascii cast extract now row_number rank dense_rank lag lead first_value last_value ntile percent_rank md5`;

const own = {
  postgres: `to_char to_date to_timestamp date_trunc date_part age make_interval clock_timestamp statement_timestamp string_agg
 array_agg json_agg jsonb_agg json_build_object jsonb_build_object row_to_json to_json to_jsonb jsonb_array_length unnest array
 array_length cardinality generate_series split_part regexp_replace initcap trunc bool_and bool_or every pg_sleep strpos
 to_tsvector to_tsquery plainto_tsquery ts_rank width_bucket percentile_cont percentile_disc`,
  mysql: `if ifnull date date_format date_add date_sub datediff timestampdiff unix_timestamp from_unixtime year month day hour
 minute second curdate current_date current_timestamp sysdate group_concat json_extract json_unquote json_object json_array
 json_arrayagg json_objectagg truncate locate instr field find_in_set convert binary isnull sleep any_value hex crc32`,
} as const;

const wordsOf = (text: string) => text.trim().split(/\s+/);
const families = {
  postgres: new Set([...wordsOf(syntax.toLowerCase()), ...wordsOf(common), ...wordsOf(own.postgres)]),
  mysql: new Set([...wordsOf(syntax.toLowerCase()), ...wordsOf(common), ...wordsOf(own.mysql)]),
} as const;

/** PostgreSQL cuts longer names off. */
const longestName = 63;

/**
 * The names in a statement whose text calls nothing but known functions of the server; undefined where it calls others. A
 * view, an operator or a policy may still call what the text does not show: only the server can tell.
 */
export function namesOfKnown(text: string, engine: EngineId, source: string): string[] | undefined {
  const tokens = tokenMeaning(tokensOf(text, engine, source));
  const known = families[engine === 'postgres' ? 'postgres' : 'mysql'];
  const names = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    // `U&"..."` spells a name with escapes, and an executable comment is SQL that is not looked into.
    if (token.kind === 'executable' || isEscaped(token, tokens[index + 1])) return undefined;
    const name = nameOf(token);
    if (name === undefined) continue;
    if (name.length > longestName) return undefined;
    const next = tokens[index + 1];
    if (next?.text === '(') {
      const isOfSchema = tokens[index - 1]?.text === '.';
      // MySQL takes a word with a space before the bracket for a stored function.
      const isApart = engine !== 'postgres' && token.at + token.text.length !== next.at;
      const isSyntax = token.kind === 'word' && wordsOfSyntax.has(name);
      if (isOfSchema || !known.has(name) || token.kind === 'name' || (isApart && !isSyntax)) return undefined;
    }
    names.add(name);
  }
  return [...names];
}

const wordsOfSyntax = new Set(wordsOf(syntax.toLowerCase()));

function isEscaped(token: Token, next: Token | undefined): boolean {
  return /^u$/i.test(token.text) && next?.text === '&' && next.at === token.at + 1;
}

function nameOf({ kind, text }: Token): string | undefined {
  if (kind === 'word') return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (kind !== 'name') return undefined;
  const quote = text[0] ?? '"';
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/**
 * Whether nothing that these statements name can run code of a user's: plain tables, and functions, operators and casts
 * of the server or of C extensions. What cannot be asked counts as no.
 */
export async function areHarmless(session: Session, engine: EngineId, texts: readonly string[]): Promise<boolean> {
  const names = new Set<string>();
  for (const text of texts) {
    const found = namesOfKnown(text, engine, 'the statement');
    if (!found) return false;
    for (const name of found) names.add(name);
  }
  const question = engine === 'postgres' ? postgresQuestion([...names]) : mysqlQuestion([...names], texts);
  try {
    const [row] = await session.rows(question);
    return isFalse(row);
  } catch (error) {
    if (error instanceof PoolctlError && /^(?:QUERY_FAILED|PRIVILEGE_MISSING)$/.test(error.code)) return false;
    throw error;
  }
}

function isFalse(row: Row | undefined): boolean {
  const value = row?.['foreign_code'];
  return value === false || value === 'f' || Number(value) === 0;
}

/** Aggregates are of the language internal, whatever their parts are. */
function postgresQuestion(names: readonly string[]): string {
  const list = `ARRAY[${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')}]::pg_catalog.text[]`;
  const isOfUsers = (proc: string) =>
    `${proc}.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace AND (${proc}.prolang NOT IN
      (SELECT oid FROM pg_catalog.pg_language WHERE lanname IN ('internal', 'c'))
      OR EXISTS (SELECT 1 FROM pg_catalog.pg_aggregate WHERE aggfnoid = ${proc}.oid))`;
  return `SELECT
    EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.relname = ANY(${list})
      AND (c.relkind IN ('v', 'f') OR c.relrowsecurity) AND c.relnamespace NOT IN
        (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema')))
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_proc p WHERE p.proname = ANY(${list}) AND ${isOfUsers('p')})
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_type t WHERE t.typname = ANY(${list}) AND t.typtype = 'd'
      AND t.typnamespace <> 'information_schema'::pg_catalog.regnamespace)
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode WHERE ${isOfUsers('p')})
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_cast k JOIN pg_catalog.pg_proc p ON p.oid = k.castfunc WHERE ${isOfUsers('p')})
    AS foreign_code`;
}

/** A stored function needs its own name before a bracket, so only views hide one. Text in double quotes may be a name. */
function mysqlQuestion(names: readonly string[], texts: readonly string[]): string {
  const list = ['', ...names].map((name) => `'${name.replace(/['\\]/g, '$&$&')}'`).join(', ');
  const quotes = texts.some((text) => text.includes('"')) ? "@@sql_mode LIKE '%ANSI_QUOTES%'" : 'FALSE';
  return `SELECT ${quotes} OR EXISTS (SELECT 1 FROM information_schema.TABLES
    WHERE (TABLE_SCHEMA = DATABASE() OR TABLE_SCHEMA IN (${list})) AND TABLE_NAME IN (${list})
     AND TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql')
     AND TABLE_TYPE NOT IN ('BASE TABLE', 'SYSTEM VERSIONED')) AS foreign_code`;
}
