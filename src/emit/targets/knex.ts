import type { EngineId } from '../../base/engine.ts';
import type { PoolSettings } from '../../size/input.ts';
import { queueOfKnex } from '../parts/bound-queues.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import {
  boundedWait,
  head,
  insteadOfQueryTimeout,
  limitSession,
  login,
  onWholeMs,
  sections,
  statementTimeout,
} from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { EmitInput, OptionsSet, Target } from '../target.ts';

/** tarn's default for how long a connection may take to open, in ms. */
const createTimeoutMs = 30_000;

/** Options of tarn's pool, in which 0 does not mean no limit. */
export function tarnOptions({ connectionLimit, acquireTimeoutMs, connectTimeoutMs }: PoolSettings): string {
  return code`
    min: 0, // the default of 2 would never be closed
    max: ${literal(connectionLimit)},
    acquireTimeoutMillis: ${boundedWait(acquireTimeoutMs, 'Knex takes no 0')}
    ${
      connectTimeoutMs >= createTimeoutMs
        ? `createTimeoutMillis: ${literal(Math.min(connectTimeoutMs + 5_000, 2_147_483_647))}, // ms, above the connect timeout, which its 30 s would cut short`
        : undefined
    }
  `;
}

/** What a pool of tarn has of the options on which its behaviour depends, with the query timeout in each session. */
export function setsOnTarn(input: EmitInput): OptionsSet {
  return { min: 0, ...setsStatementLimit(input) };
}

/** Sets a query timeout in each session that tarn's pool opens with mysql2. */
export function afterCreate(engine: EngineId, ms: number | undefined): string | undefined {
  if (ms === undefined || engine === 'postgres') return undefined;
  const { sql, meaning } = limitSession(engine, ms);
  return code`
    // ${meaning}
    afterCreate: (connection⟨: Connection⟩, done⟨: (error: null) => void⟩) => {
      connection.query('${sql}', (error) => {
        if (error) console.error('no query timeout:', error.message);
        done(null); // given an error, Knex would leave the connection open beside its pool
      });
    },
  `;
}

/** `export const db = knex({ … });` with what comes behind it. */
export function knexParts({ settings, engine }: EmitInput): { types: string[]; db: string; after: string[] } {
  const { connectTimeoutMs, queryTimeoutMs } = settings;
  const { call, wrapper } = queueOfKnex('db', settings);
  const onPostgres = engine === 'postgres';
  const hook = afterCreate(engine, queryTimeoutMs);
  return {
    types: [
      ...(wrapper ? ["⟨import type { Knex } from 'knex';⟩"] : []),
      ...(hook === undefined ? [] : ["⟨import type { Connection } from 'mysql2';⟩"]),
    ],
    db: code`
      export const db = knex({
        client: '${onPostgres ? 'pg' : 'mysql2'}',
        connection: {
          ${login(engine)}
          ${onPostgres ? 'connectionTimeoutMillis' : 'connectTimeout'}: ${milliseconds(connectTimeoutMs)}
          ${onPostgres ? statementTimeout(queryTimeoutMs) : undefined}
        },
        pool: {
          ${tarnOptions(settings).trim()}
          ${hook?.trim()}
        },
      });
    `,
    after: call && wrapper ? [call, wrapper] : [],
  };
}

const render = onWholeMs((input) => {
  const { types, db, after } = knexParts(input);
  return sections(head(input.why, ...types, "import knex from 'knex';"), db, ...after);
});

export const knexPostgres: Target = {
  title: 'Knex on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'knex',
  options: { driver: 'pg' },
  has: { queryTimeout: true },
  instead: { queueLimit: insteadOfQueueLimit },
  refusesAtOnce: true,
  sets: setsOnTarn,
  prevents: ['forgotten'], // `afterCreate` hands on no error
  render,
};

export const knexMysql: Target = {
  title: 'Knex on mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'knex',
  options: { driver: 'mysql2' },
  instead: { queueLimit: insteadOfQueueLimit, queryTimeout: insteadOfQueryTimeout },
  refusesAtOnce: true,
  sets: setsOnTarn,
  prevents: ['forgotten'], // `afterCreate` hands on no error
  render,
};
