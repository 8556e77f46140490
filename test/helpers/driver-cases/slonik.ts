import { createPool, sql } from 'slonik';
import { dsn } from '../sessions.ts';
import { type DriverCase, firstOf } from './case.ts';

// Slonik 49 is for Node.js 24 and later. This is all that it misses in Node.js 20.
if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers });

function withResolvers(): object {
  let [resolve, reject]: unknown[] = [];
  const promise = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

export default {
  driver: 'slonik',
  engine: 'postgres',
  hasClientTimeout: false,
  async open(login, { connections, idleTimeoutMs }) {
    const pool = await createPool(dsn('postgres', login), {
      maxPoolSize: connections,
      ...(idleTimeoutMs !== undefined && { idleTimeout: idleTimeoutMs }),
    });
    const query = (text: string) => sql.unsafe(asTemplate(text));
    return {
      query: async (text) => firstOf((await pool.query(query(text))).rows),
      transaction: (work) =>
        pool.transaction((own) => work(async (text) => firstOf((await own.query(query(text))).rows))),
      end: () => pool.end(),
    };
  },
} satisfies DriverCase;

/** Its tag takes templates only. */
function asTemplate(text: string): TemplateStringsArray {
  return Object.assign([text], { raw: Object.freeze([text]) });
}
