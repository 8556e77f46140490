import type { SnippetCase } from '../../live/emit/case.ts';

interface Sql {
  unsafe(text: string): Promise<unknown>;
}

interface Module {
  readonly sql: { end(): Promise<void> };
  withConnection<T>(work: (sql: Sql) => PromiseLike<T>): Promise<T>;
}

/** As those in test/live/emit/cases; Node has no Bun.SQL. */
export default {
  target: 'bun-sql',
  engines: ['postgres', 'mariadb'],
  refused: /^2 requests already wait$/,
  gaveUp: /^No connection within 500 ms$/,
  open: async ({ sql, withConnection }: Module) => ({
    acquire: () =>
      new Promise((resolve, reject) => {
        const lent = withConnection(
          () =>
            new Promise<void>((end) => {
              resolve(() => {
                end();
                return lent;
              });
            }),
        );
        lent.catch(reject);
      }),
    query: (text = 'select 1') => withConnection((reserved) => reserved.unsafe(text)),
    end: () => sql.end(),
  }),
} satisfies SnippetCase;
