import { wholeMs } from '../../base/units.ts';
import { remarks } from '../parts/amounts.ts';
import { code, when } from '../parts/code.ts';
import { type GoPool, goDuration, goImports, goPostgresUrl, goUseConn, withTabs } from '../parts/go.ts';
import { boundsQueue } from '../parts/limits.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'Go database/sql';

/** The idle connections that it keeps by default. */
const idleByDefault = 2;

const sqlDb: GoPool = {
  pool: '*sql.DB',
  connection: '*sql.Conn',
  lend: 'Conn',
  giveBack: 'Close',
  name: 'database/sql',
};

export const go: Target = {
  title,
  language: 'go',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'go-database-sql',
  instead: {
    queueLimit: 'The snippet refuses the request that would be one too many, in UseConn().',
    acquireTimeout: 'The snippet bounds the wait with a context of its own, in UseConn().',
    connectTimeout: 'The snippet gives it to the driver.',
    queryTimeout: 'The snippet has the driver set it on the server, for every session.',
  },
  refusesAtOnce: true,
  sets: ({ settings: { connectionLimit } }) =>
    connectionLimit > idleByDefault ? { SetMaxIdleConns: connectionLimit } : {},
  render: (input) => withTabs(input.engine === 'postgres' ? onPostgres(input) : onMysql(input)),
};

function onMysql(input: EmitInput): string {
  const { settings, engine } = input;
  return code`
    ${head(input, 'github.com/go-sql-driver/mysql')}

    // Open opens the pool.
    func Open() (*sql.DB, error) {
      port := os.Getenv("DB_PORT")
      if port == "" {
        port = "3306"
      }
      config := mysql.NewConfig()
      config.Net = "tcp"
      config.Addr = net.JoinHostPort(os.Getenv("DB_HOST"), port)
      config.User = os.Getenv("DB_USERNAME")
      config.Passwd = os.Getenv("DB_PASSWORD")
      config.DBName = os.Getenv("DB_DATABASE")
      // To open a session.
      config.Timeout = ${goDuration(settings.connectTimeoutMs)}
      ${settings.queryTimeoutMs === undefined ? undefined : queryParams(settings.queryTimeoutMs, engine)}
      db, err := sql.Open("mysql", config.FormatDSN())
      ${limits(input)}
    }

    ${goUseConn(settings, sqlDb)}
  `;
}

function onPostgres(input: EmitInput): string {
  const { settings } = input;
  return code`
    ${head(input, '_ github.com/jackc/pgx/v5/stdlib')}

    // Open opens the pool.
    func Open() (*sql.DB, error) {
      ${goPostgresUrl(settings)}
      db, err := sql.Open("pgx", dsn.String())
      ${limits(input)}
    }

    ${goUseConn(settings, sqlDb)}
  `;
}

function head(input: EmitInput, driver: string): string {
  const { why, settings, engine } = input;
  const { acquireTimeoutMs } = settings;
  const counts = boundsQueue(settings);
  const bounded = acquireTimeoutMs > 0 || counts;
  const packages = [
    ...(bounded ? ['context'] : []),
    'database/sql',
    ...(counts ? ['errors'] : []),
    'net',
    ...(engine === 'postgres' ? ['net/url'] : []),
    'os',
    ...(acquireTimeoutMs > 0 || engine !== 'postgres' ? ['time'] : []),
  ];
  return code`
    ${remarks('//', why)}

    package database

    ${goImports(packages, [driver])}
  `.trimEnd();
}

function limits({ settings: { connectionLimit } }: EmitInput): string {
  return code`
    if err != nil {
      return nil, err
    }
    db.SetMaxOpenConns(${connectionLimit})
    ${when(connectionLimit > idleByDefault, `db.SetMaxIdleConns(${connectionLimit}) // ${idleByDefault} by default: the others would be closed when given back`)}
    return db, nil
  `.trimEnd();
}

function queryParams(ms: number, engine: EmitInput['engine']): string {
  return engine === 'mysql'
    ? `// ms; MySQL stops only SELECT by it.\nconfig.Params = map[string]string{"max_execution_time": "${wholeMs(ms)}"}`
    : `// Seconds.\nconfig.Params = map[string]string{"max_statement_time": "${wholeMs(ms) / 1_000}"}`;
}
