/** A statement whose effect lasts longer than its transaction. */
export interface SessionState {
  /** As profiles/poolers/pgbouncer.yaml calls it, `transactionMode.breaks`. */
  readonly breaks: string;
  /** It reports success and does not work, or works on somebody else's requests. */
  readonly isSilent: boolean;
  readonly statement: RegExp;
  readonly instead: string;
}

export const sessionStates: readonly SessionState[] = [
  {
    breaks: 'LISTEN',
    isSilent: true,
    statement: /^\s*LISTEN\s+["\w]/i,
    instead: 'Listen on a connection of its own that goes past the pooler.',
  },
  {
    breaks: 'SET/RESET',
    isSilent: true,
    statement:
      /^\s*(?:SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS?\b)(?:SESSION\s+(?!CHARACTERISTICS\b))?["\w.]+(?:\s*=|\s+TO\b|\s+'|\s+ON\b|\s+OFF\b|\s+NONE\b|\s+\w)|SELECT\s+(?:pg_catalog\.)?set_config\([^)]{0,200},\s*false\s*\))/i,
    instead: 'Use SET LOCAL inside a transaction, set it for the role (ALTER ROLE … SET), or qualify names of tables.',
  },
  {
    breaks: 'session advisory locks',
    isSilent: true,
    statement: /\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(/i,
    instead:
      'Use pg_advisory_xact_lock inside a transaction, or take the lock on a connection that goes past the pooler.',
  },
  {
    breaks: 'temp tables kept past commit',
    isSilent: false,
    statement: /^\s*CREATE\s+(?:LOCAL\s+|GLOBAL\s+)?TEMP(?:ORARY)?\s+TABLE\b(?![\s\S]{0,5000}\bON\s+COMMIT\s+DROP\b)/i,
    instead: 'Make it in a transaction, with ON COMMIT DROP.',
  },
  {
    breaks: 'WITH HOLD cursor',
    isSilent: false,
    statement: /^\s*DECLARE\s[\s\S]{0,200}\bWITH\s+HOLD\b/i,
    instead: 'Read the cursor inside the transaction that declares it.',
  },
  {
    breaks: 'SQL PREPARE/DEALLOCATE',
    isSilent: false,
    statement: /^\s*(?:PREPARE\s+(?!TRANSACTION\b)["\w]+[\s\S]{0,500}?\bAS\b|DEALLOCATE\b)/i,
    instead: 'Let the driver prepare statements: PgBouncer 1.21 and newer follow those (max_prepared_statements).',
  },
  {
    breaks: 'LOAD',
    isSilent: false,
    statement: /^\s*LOAD\s+'/i,
    instead: 'Load it in the server (session_preload_libraries).',
  },
];

/** What a statement leaves behind in its session; undefined where it leaves nothing. */
export function sessionStateOf(sql: string): SessionState | undefined {
  return sessionStates.find(({ statement }) => statement.test(sql));
}
