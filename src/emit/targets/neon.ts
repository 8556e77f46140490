import { queueOfPgLike } from '../parts/bound-pg.ts';
import { code, literal } from '../parts/code.ts';
import { head, login, onWholeMs, pgWait, sections, statementTimeout } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { Target } from '../target.ts';

export const neon: Target = {
  title: '@neondatabase/serverless',
  language: 'ts',
  engines: ['postgres'],
  driver: 'neon',
  instead: { queueLimit: 'The snippet refuses the request that would be one too many with boundQueue().' },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why }) => {
    const { call, wrapper } = queueOfPgLike('pool', settings, {
      type: 'Pool',
      why: 'Its pool, a copy of that of pg, has no queue limit.',
    });
    return sections(
      head(
        why,
        "⟨import type { PoolClient } from '@neondatabase/serverless';⟩",
        "import { Pool } from '@neondatabase/serverless';",
      ),
      code`
        // Node.js before 22 has no WebSocket: \`neonConfig.webSocketConstructor = ws;\` of the package ws.
        export const pool = new Pool({
          ${login('postgres')}
          max: ${literal(settings.connectionLimit)},
          connectionTimeoutMillis: ${pgWait(settings.acquireTimeoutMs)}
          ${statementTimeout(settings.queryTimeoutMs)}
        });

        // Without listeners, a connection that the server closes ends the process.
        pool.on('error', (error⟨: Error⟩) => console.error('idle connection lost:', error.message));
        pool.on('connect', (client⟨: PoolClient⟩) => client.on('error', () => {})); // in use: its query fails
      `,
      call,
      wrapper,
    );
  }),
};
