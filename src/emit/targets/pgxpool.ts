import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { type GoPool, goImports, goPostgresUrl, goUseConn, withTabs } from '../parts/go.ts';
import { boundsQueue } from '../parts/limits.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { EmitInput, Target } from '../target.ts';

const pgxPool: GoPool = {
  pool: '*pgxpool.Pool',
  connection: '*pgxpool.Conn',
  lend: 'Acquire',
  giveBack: 'Release',
  name: 'pgxpool',
};

export const pgxpool: Target = {
  title: 'pgxpool',
  language: 'go',
  engines: ['postgres'],
  driver: 'pgxpool',
  instead: {
    queueLimit: 'The snippet refuses the request that would be one too many, in UseConn().',
    acquireTimeout: 'The snippet bounds the wait with a context of its own, in UseConn().',
  },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: (input) => withTabs(render(input)),
  atVersion: ([major]) => (major < 5 ? pgxpool4 : undefined),
};

/** Before version 5 the function that makes a pool had another name. */
const pgxpool4: Target = { ...pgxpool, title: 'pgxpool 4', render: (input) => withTabs(render(input, 4)) };

function render({ why, settings }: EmitInput, major: 4 | 5 = 5): string {
  const standard = [
    'context',
    ...(boundsQueue(settings) ? ['errors'] : []),
    'net',
    'net/url',
    'os',
    ...(settings.acquireTimeoutMs > 0 ? ['time'] : []),
  ];
  return code`
    ${remarks('//', why)}

    package database

    ${goImports(standard, [`github.com/jackc/pgx/v${major}/pgxpool`])}

    // Open makes the pool, which opens sessions as they are needed.
    func Open(ctx context.Context) (*pgxpool.Pool, error) {
      ${goPostgresUrl(settings, [`pool_max_conns=${settings.connectionLimit}`])}
      return pgxpool.${major < 5 ? 'Connect' : 'New'}(ctx, dsn.String())
    }

    ${goUseConn(settings, pgxPool)}
  `;
}
