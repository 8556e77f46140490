import type { SnippetCase } from '../case.ts';

/** What the suite uses of Slonik. */
interface Pool {
  connect(work: () => Promise<void>): Promise<void>;
  query(query: unknown): Promise<unknown>;
  end(): Promise<void>;
}

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
  target: 'slonik',
  engines: ['postgres'],
  refused: /^2 requests already wait$/,
  gaveUp: /^No connection within 500 ms$/,
  queryTimeout: /statement_timeout/,
  open: async ({ getPool }: { getPool: () => Promise<Pool> }) => {
    const [pool, { sql }] = await Promise.all([getPool(), import('slonik')]);
    return {
      acquire: () =>
        new Promise((resolve, reject) => {
          const lent = pool.connect(
            () =>
              new Promise((end) => {
                resolve(() => {
                  end();
                  return lent;
                });
              }),
          );
          lent.catch(reject);
        }),
      query: (text = 'select 1') => pool.query(sql.unsafe(asTemplate(text))),
      end: () => pool.end(),
    };
  },
} satisfies SnippetCase;

/** Its tag takes templates only. */
function asTemplate(text: string): TemplateStringsArray {
  return Object.assign([text], { raw: Object.freeze([text]) });
}
