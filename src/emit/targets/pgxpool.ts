import { wholeMs } from '../../base/units.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { countsPlaces, type GoPool, goImports, goUseConn, withTabs } from '../parts/go.ts';
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
  render: (input) => withTabs(render(input)),
  atVersion: ([major]) => (major < 5 ? pgxpool4 : undefined),
};

/** Before version 5 the function that makes a pool had another name. */
const pgxpool4: Target = { ...pgxpool, title: 'pgxpool 4', render: (input) => withTabs(render(input, 4)) };

function render({ why, settings }: EmitInput, major: 4 | 5 = 5): string {
  const { connectionLimit, connectTimeoutMs, queryTimeoutMs, acquireTimeoutMs } = settings;
  const query = [
    `pool_max_conns=${connectionLimit}`,
    `connect_timeout=${wholeSeconds(connectTimeoutMs, 'pgx', 'connect timeout')}`,
    ...(queryTimeoutMs === undefined ? [] : [`statement_timeout=${wholeMs(queryTimeoutMs)}`]),
  ];
  const standard = [
    'context',
    ...(countsPlaces(settings) ? ['errors'] : []),
    'net',
    'net/url',
    'os',
    ...(acquireTimeoutMs > 0 ? ['time'] : []),
  ];
  return code`
    ${remarks('//', why)}

    package database

    ${goImports(standard, [`github.com/jackc/pgx/v${major}/pgxpool`])}

    // Open makes the pool, which opens sessions as they are needed.
    func Open(ctx context.Context) (*pgxpool.Pool, error) {
      port := os.Getenv("DB_PORT")
      if port == "" {
        port = "5432"
      }
      dsn := url.URL{
        Scheme: "postgres",
        User:   url.UserPassword(os.Getenv("DB_USERNAME"), os.Getenv("DB_PASSWORD")),
        Host:   net.JoinHostPort(os.Getenv("DB_HOST"), port),
        Path:   os.Getenv("DB_DATABASE"),
        // Seconds to open a session${queryTimeoutMs === undefined ? '' : '; ms for a statement, not through a transaction pooler'}.
        RawQuery: "${query.join('&')}",
      }
      return pgxpool.${major < 5 ? 'Connect' : 'New'}(ctx, dsn.String())
    }

    ${goUseConn(settings, pgxPool)}
  `;
}
