import { queueOfPgLike } from '../parts/bound-pg.ts';
import { code, literal } from '../parts/code.ts';
import { head, login, onWholeMs, pgWait, sections, statementTimeout } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { Target } from '../target.ts';

/** It makes a pool of pg and listens to its clients itself, in use and idle. */
export const pgPromise: Target = {
  title: 'pg-promise',
  language: 'ts',
  engines: ['postgres'],
  driver: 'pg-promise',
  instead: { queueLimit: 'The snippet refuses the request that would be one too many with boundQueue().' },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why }) => {
    const { call, wrapper } = queueOfPgLike('db.$pool', settings, {
      type: 'typeof db.$pool',
      why: 'pg-promise has no queue limit of its own.',
    });
    return sections(
      head(why, "import pgPromise from 'pg-promise';"),
      code`
        const pgp = pgPromise();

        export const db = pgp({
          ${login('postgres')}
          max: ${literal(settings.connectionLimit)},
          connectionTimeoutMillis: ${pgWait(settings.acquireTimeoutMs)}
          ${statementTimeout(settings.queryTimeoutMs)}
        });
      `,
      call,
      wrapper,
    );
  }),
};
