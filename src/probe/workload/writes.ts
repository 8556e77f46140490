import type { EngineId } from '../../base/engine.ts';
import { type Token, tokenMeaning, tokensOf } from './tokens.ts';

/** What a statement would do beside reading, as a message puts it: `INSERT`, `SELECT ... FOR UPDATE`, `nextval()`. */
export type Effect =
  /** Needs --allow-write. */
  | { readonly kind: 'write'; readonly what: string }
  /** Never sent: it would change a session that later requests get from the pool, or the server for all users. */
  | { readonly kind: 'never'; readonly what: string };

/** Statements that only read begin so; all others count as writing, because a list of those that write is never complete. */
const readers = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', '(']);

/** They take off our time limits, end the transaction, leave something on the connection, or need a client that answers. */
const never = new Set(
  `SET RESET DISCARD USE LOCK UNLOCK KILL SHUTDOWN RESTART PREPARE EXECUTE DEALLOCATE LISTEN UNLISTEN COPY LOAD HANDLER XA
  BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE DECLARE DELIMITER`.split(/\s+/),
);

/**
 * Server functions that act, for a clear message: a read-only session refuses writes to sequences and tables, not all of
 * these. Advisory locks of a transaction are allowed: they write nothing and block others no longer than the statements do.
 * Those of a session would stay on a connection that fails before it gives them back.
 */
const functionsThatAct = {
  postgres:
    /^(?:nextval|setval|set_config|lo_\w+|loread|lowrite|dblink\w*|pg_(?:terminate|cancel)_backend|pg_(?:try_)?advisory_(?:lock|unlock)\w*|pg_notify|pg_reload_conf|pg_rotate_logfile\w*|pg_promote|pg_switch_(?:wal|xlog)|pg_create_\w+|pg_drop_\w+|pg_copy_\w+|pg_(?:logical|replication|wal_replay|xlog_replay)_\w+|pg_start_backup|pg_stop_backup|pg_backup_\w+|pg_stat_\w*reset\w*|pg_import_\w+|pg_file_\w+|query_to_xml\w*)$/i,
  mysql: /^(?:get_lock|release_lock|release_all_locks|nextval|setval|sys_exec|sys_eval|sys_set)$/i,
} as const;

/** Undefined where a statement only reads, as far as its text shows. It also runs in a read-only session. */
export function effectOf(text: string, engine: EngineId, source: string): Effect | undefined {
  const tokens = tokenMeaning(tokensOf(text, engine, source));
  const [first] = tokens;
  const verb = first?.text.toUpperCase() ?? '';
  if (never.has(verb)) return { kind: 'never', what: verb };
  if (tokens.some(({ kind }) => kind === 'executable')) return { kind: 'write', what: 'a comment that is run, /*! */' };
  if (!readers.has(verb)) return { kind: 'write', what: verb };
  for (const [index, token] of tokens.entries()) {
    const what = clause(tokens, index) ?? call(token, tokens[index + 1], engine);
    if (what !== undefined) return { kind: 'write', what };
  }
  return undefined;
}

/** A clause by which a SELECT locks or writes. */
function clause(tokens: readonly Token[], index: number): string | undefined {
  const word = (offset: number) => {
    const token = tokens[index + offset];
    return token && (token.kind === 'word' || token.kind === 'symbol') ? token.text.toUpperCase() : '';
  };
  const isName = word(-1) === '.' || word(-1) === 'AS';
  switch (isName ? '' : word(0)) {
    case 'INTO':
      return 'SELECT ... INTO';
    case 'FOR':
      return /^(?:UPDATE|SHARE|NO KEY|KEY SHARE)/.test(`${word(1)} ${word(2)}`) ? `FOR ${word(1)}` : undefined;
    case 'LOCK':
      return `${word(1)} ${word(2)} ${word(3)}` === 'IN SHARE MODE' ? 'LOCK IN SHARE MODE' : undefined;
    case 'NEXT':
      return `${word(1)} ${word(2)}` === 'VALUE FOR' ? 'NEXT VALUE FOR' : undefined;
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
    case 'MERGE':
    case 'REPLACE':
      // After a bracket begins a statement; before one, these are the names of functions.
      return /^[()]$/.test(word(-1)) && word(1) !== '(' ? word(0) : undefined;
    default:
      return undefined;
  }
}

function call(token: Token, next: Token | undefined, engine: EngineId): string | undefined {
  if (next?.text !== '(' || (token.kind !== 'word' && token.kind !== 'name')) return undefined;
  const name = token.kind === 'name' ? token.text.slice(1, -1) : token.text;
  return functionsThatAct[engine === 'postgres' ? 'postgres' : 'mysql'].test(name) ? `${name}()` : undefined;
}
