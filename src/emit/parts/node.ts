import type { EngineId } from '../../base/engine.ts';
import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { PoolSettings } from '../../size/input.ts';
import type { EmitInput } from '../target.ts';
import { boundAcquire, boundQueue } from './bound-pools.ts';
import { boundMariadbPoolQueue } from './bound-queues.ts';
import { code, comment, literal, milliseconds, queueMeaning } from './code.ts';

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

/** The address and the user, under the names that most drivers have for them. */
export function login(engine: EngineId, names: Partial<Record<'user' | 'database', string>> = {}): string {
  return [
    'host: process.env.DB_HOST,',
    `port: Number(process.env.DB_PORT ?? ${engine === 'postgres' ? 5432 : 3306}),`,
    `${names.user ?? 'user'}: process.env.DB_USERNAME,`,
    'password: process.env.DB_PASSWORD,',
    `${names.database ?? 'database'}: process.env.DB_DATABASE,`,
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

/** A pool of pg named `pool`. */
export function pgPool({ connectionLimit, acquireTimeoutMs, queryTimeoutMs }: PoolSettings): string {
  return code`
    const pool = new pg.Pool({
      ${login('postgres')}
      max: ${literal(connectionLimit)},
      connectionTimeoutMillis: ${pgWait(acquireTimeoutMs)}
      ${statementTimeout(queryTimeoutMs)}
    });

    // Without a listener, an idle connection that the server closes ends the process.
    pool.on('error', (error) => console.error('idle connection lost:', error.message));
  `;
}

/** The value of connectionTimeoutMillis of a pool of pg. */
export function pgWait(ms: number): string {
  return `${literal(ms)}, // ms, to acquire and to connect; ${ms > 0 ? '0 would wait' : '0 waits'} without a limit`;
}

/** The options of mysql2's pool that belong to it. */
export function mysql2Options({ connectionLimit, queueLimit, connectTimeoutMs }: PoolSettings): string {
  return [
    `connectionLimit: ${literal(connectionLimit)},`,
    'waitForConnections: true,',
    `queueLimit: ${literal(queueLimit)}, // ${queueMeaning(queueLimit)}`,
    `connectTimeout: ${milliseconds(connectTimeoutMs)}`,
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

/** The call of boundQueue on a pool of pg, with what it is for, and the function. */
export function queueOfPg(pool: string, queueLimit: number): [call: string | undefined, wrapper: string | undefined] {
  if (queueLimit === 0) return [undefined, undefined];
  return [`// pg has no queue limit of its own.\nboundQueue(${pool}, ${literal(queueLimit)});`, boundQueue];
}

/** The call of boundAcquire on a callback pool of mysql2, with what it is for, and the function. */
export function waitOfMysql2(pool: string, ms: number): [call: string | undefined, wrapper: string | undefined] {
  if (ms === 0) return [undefined, undefined];
  return [`// mysql2 has no acquire timeout of its own.\nboundAcquire(${pool}, ${literal(ms)});`, boundAcquire];
}

/** A queue limit for Knex, which has none; queries and transactions go through its client. */
export const boundKnexQueue = `/** Refuses a request when queueLimit others already wait for a connection. */
function boundQueue({ client }⟨: Knex⟩, queueLimit⟨: number⟩)⟨: void⟩ {
  const acquireConnection = client.acquireConnection.bind(client);
  client.acquireConnection = async () => {
    const { pool } = client;
    // Pending requests wait for a connection in use, or for one that is being opened.
    if (pool.numUsed() + pool.numPendingAcquires() >= pool.max + queueLimit) {
      throw Object.assign(new Error(\`\${queueLimit} requests already wait\`), { code: 'POOL_QUEUE_LIMIT' });
    }
    return acquireConnection();
  };
}`;

/** A queue limit for Sequelize 6, which has none. */
export const boundSequelizeQueue = `⟨type Pool = { using: number; waiting: number; maxSize: number; acquire(...how: unknown[]): Promise<unknown> };⟩

/** Refuses a request when queueLimit others already wait for a connection. */
function boundQueue({ connectionManager }⟨: Sequelize⟩, queueLimit⟨: number⟩)⟨: void⟩ {
  const { pool } = connectionManager⟨ as unknown as { pool: Pool }⟩;
  const acquire = pool.acquire.bind(pool);
  pool.acquire = async (...how) => {
    // Requests for which a connection is being opened count as waiting too.
    if (pool.using + pool.waiting >= pool.maxSize + queueLimit) {
      throw Object.assign(new Error(\`\${queueLimit} requests already wait\`), { code: 'POOL_QUEUE_LIMIT' });
    }
    return acquire(...how);
  };
}`;

/** A queue limit for the pool that Prisma's MariaDB adapter opens; its users need not have the package of the driver. */
export const boundAdapterQueue = `⟨type Pool = ReturnType<Awaited<ReturnType<PrismaMariaDb['connect']>>['underlyingDriver']>;⟩

${boundMariadbPoolQueue(['getConnection', 'query', 'execute']).replace('mariadb.Pool', 'Pool')}`;

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
