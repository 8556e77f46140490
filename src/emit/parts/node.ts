import type { EngineId } from '../../base/engine.ts';
import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { PoolSettings } from '../../size/input.ts';
import type { EmitInput } from '../target.ts';
import { waitOptions } from './bound-mysql2.ts';
import { listeners } from './bound-pg.ts';
import { code, comment, literal, milliseconds } from './code.ts';

/** The parts of a snippet with an empty line between them; a part may be missing. */
export function sections(...parts: readonly (string | undefined)[]): string {
  const present = parts.filter((part) => part !== undefined && part.trim() !== '');
  return `${present.map((part) => part?.trim()).join('\n\n')}\n`;
}

/** The longest timer of Node.js, in ms: a longer one fires at once. */
const longestTimer = 2_147_483_647;

/** An acquire timeout in ms that ends its line, for a library in which 0 does not mean to wait without a limit. */
export function boundedWait(ms: number, zeroMeans: string): string {
  return ms > 0 ? milliseconds(ms) : `${literal(longestTimer)}, // ms, the longest there is: ${zeroMeans}`;
}

/** The same, where no comment fits behind it. */
export function waitOrLongest(ms: number): string {
  return literal(ms > 0 ? ms : longestTimer);
}

/**
 * The address and the user, under the names that most drivers have for them. With `exactOptionalPropertyTypes`, which
 * `tsc --init` turns on, most types take no undefined.
 */
export function login(engine: EngineId, names: Partial<Record<'user' | 'database', string>> = {}): string {
  return [
    'host: process.env.DB_HOST⟨!⟩,',
    `port: Number(process.env.DB_PORT ?? ${engine === 'postgres' ? 5432 : 3306}),`,
    `${names.user ?? 'user'}: process.env.DB_USERNAME⟨!⟩,`,
    'password: process.env.DB_PASSWORD⟨!⟩,',
    `${names.database ?? 'database'}: process.env.DB_DATABASE⟨!⟩,`,
  ].join('\n');
}

/** `statement_timeout: 300, …` for a library that hands its options to pg. */
export function statementTimeout(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `statement_timeout: ${literal(ms)}, // ms; not through PgBouncer`;
}

/** A query timeout that the server keeps, for a session of MySQL or MariaDB. */
export function limitSession(engine: EngineId, ms: number): { readonly sql: string; readonly meaning: string } {
  const { sql, note } = statementLimit(engine, ms);
  return { sql, meaning: `Query timeout: ${note}.` };
}

export const insteadOfQueryTimeout =
  'The snippet sets it in each session: MariaDB ends any statement by it (max_statement_time; a DO without an error, and a procedure that is in a DO runs on), MySQL only a SELECT (max_execution_time).';

/** Above a snippet for a library whose pool does not come through a restart of the database. */
export function notSurviving(library: string): string {
  return `${library} can lose connections for good when the server ends sessions that are in use: restart the process then.`;
}

/** A pool of pg named `pool`. */
export function pgPool({ connectionLimit, acquireTimeoutMs, queryTimeoutMs }: PoolSettings): string {
  return code`
    const pool = new pg.Pool({
      ${login('postgres')}
      max: ${literal(connectionLimit)},
      connectionTimeoutMillis: ${pgWait(acquireTimeoutMs)}
      ${statementTimeout(queryTimeoutMs)}
    });

    ${listeners}
  `;
}

/** The value of connectionTimeoutMillis of a pool of pg. */
export function pgWait(ms: number): string {
  return `${literal(ms)}, // ms, to acquire and to connect; ${ms > 0 ? '0 would wait' : '0 waits'} without a limit`;
}

/** The options of mysql2's pool that belong to it. */
export function mysql2Options(settings: PoolSettings): string {
  return [
    `connectionLimit: ${literal(settings.connectionLimit)},`,
    waitOptions(settings),
    `connectTimeout: ${milliseconds(settings.connectTimeoutMs)}`,
  ].join('\n');
}

/** Sets a query timeout in each new session of a callback pool of mysql2. */
export function limitSessions(pool: string, engine: EngineId, ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  const { sql, meaning } = limitSession(engine, ms);
  return code`
    // ${meaning}
    ${pool}.on('connection', (connection) => {
      connection.query('${sql}', (error) => {
        if (error) console.error('no query timeout:', error.message);
      });
    });
  `;
}

/** Why above a snippet, and its imports below. */
export function head(why: readonly string[], ...imports: readonly (string | false | undefined)[]): string {
  return [comment(why), ...imports].filter((line) => typeof line === 'string').join('\n');
}

/** Writes times without a part of a millisecond: tarn and the servers refuse one, 0 has a meaning of its own. */
export function onWholeMs(render: (input: EmitInput) => string): (input: EmitInput) => string {
  return ({ settings, ...input }) => {
    const { acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
    return render({
      ...input,
      settings: {
        ...settings,
        acquireTimeoutMs: wholeMs(acquireTimeoutMs),
        connectTimeoutMs: wholeMs(connectTimeoutMs),
        ...(queryTimeoutMs !== undefined && { queryTimeoutMs: wholeMs(queryTimeoutMs) }),
      },
    });
  };
}
