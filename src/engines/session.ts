import type { Row } from './rows.ts';
import type { ConnectionTarget } from './target.ts';

export interface OpenOptions {
  /** The longest wait for the connection with its login, and then for the answer to each statement. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** As the session is named on the server; `poolctl` where it is left out. */
  readonly application?: string;
  /** The longest that the server may work on a statement; 90 % of timeoutMs where it is left out. */
  readonly statementTimeoutMs?: number;
}

/** One read-only session, named poolctl. It runs one query at a time, and the caller that opened it closes it. */
export interface Session {
  readonly target: ConnectionTarget;
  /** As the server names it: `18.4`, `10.11.19-MariaDB-0+deb12u1`. */
  readonly version: string;
  readonly encrypted: boolean;
  /** PostgreSQL's process, MySQL's thread, as the server or a pooler in front of it announced it. */
  readonly processId: number | undefined;
  /** The port from which this session leaves the machine; undefined on a Unix socket. */
  readonly localPort: number | undefined;
  rows(sql: string): Promise<Row[]>;
  /** The rows of each question. PostgreSQL answers all in one round trip, at one moment; where one fails, none is answered. */
  answers(questions: readonly string[]): Promise<Row[][]>;
  close(): Promise<void>;
}
