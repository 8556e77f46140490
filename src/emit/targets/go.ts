import { wholeMs } from '../../base/units.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code, when } from '../parts/code.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'Go database/sql';

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
      config.Timeout = ${duration(settings.connectTimeoutMs)}
      ${settings.queryTimeoutMs === undefined ? undefined : queryParams(settings.queryTimeoutMs, engine)}
      db, err := sql.Open("mysql", config.FormatDSN())
      ${limits(input)}
    }

    ${useConn(input)}
  `;
}

function onPostgres(input: EmitInput): string {
  const { settings } = input;
  const query = [
    `connect_timeout=${wholeSeconds(settings.connectTimeoutMs, 'pgx', 'connect timeout')}`,
    ...(settings.queryTimeoutMs === undefined ? [] : [`statement_timeout=${wholeMs(settings.queryTimeoutMs)}`]),
  ];
  return code`
    ${head(input, '_ github.com/jackc/pgx/v5/stdlib')}

    // Open opens the pool.
    func Open() (*sql.DB, error) {
      port := os.Getenv("DB_PORT")
      if port == "" {
        port = "5432"
      }
      dsn := url.URL{
        Scheme: "postgres",
        User:   url.UserPassword(os.Getenv("DB_USERNAME"), os.Getenv("DB_PASSWORD")),
        Host:   net.JoinHostPort(os.Getenv("DB_HOST"), port),
        Path:   os.Getenv("DB_DATABASE"),
        // Seconds to open a session${settings.queryTimeoutMs === undefined ? '' : '; ms for a statement, not through a transaction pooler'}.
        RawQuery: "${query.join('&')}",
      }
      db, err := sql.Open("pgx", dsn.String())
      ${limits(input)}
    }

    ${useConn(input)}
  `;
}

function head(input: EmitInput, driver: string): string {
  const { why, settings, engine } = input;
  const { acquireTimeoutMs, queueLimit } = settings;
  const bounded = acquireTimeoutMs > 0 || queueLimit > 0;
  const packages = [
    ...(bounded ? ['context'] : []),
    'database/sql',
    ...(queueLimit > 0 ? ['errors'] : []),
    'net',
    ...(engine === 'postgres' ? ['net/url'] : []),
    'os',
    ...(acquireTimeoutMs > 0 || engine !== 'postgres' ? ['time'] : []),
  ];
  const quoted = driver.replace(
    /^(_ )?(.*)$/,
    (_match, blank: string | undefined, path: string) => `${blank ?? ''}"${path}"`,
  );
  return code`
    ${remarks('//', why)}

    package database

    import (
      ${packages.map((name) => `"${name}"`).join('\n')}

      ${quoted}
    )
  `.trimEnd();
}

function limits({ settings: { connectionLimit } }: EmitInput): string {
  return code`
    if err != nil {
      return nil, err
    }
    db.SetMaxOpenConns(${connectionLimit})
    ${when(connectionLimit > 2, `db.SetMaxIdleConns(${connectionLimit}) // 2 by default: the others would be closed when given back`)}
    return db, nil
  `.trimEnd();
}

/** database/sql does not count waiting requests, so each request that has or wants a connection holds a place. */
function useConn({ settings: { connectionLimit, queueLimit, acquireTimeoutMs } }: EmitInput): string | undefined {
  if (queueLimit === 0 && acquireTimeoutMs === 0) return undefined;
  const does = [
    ...(acquireTimeoutMs > 0 ? [`waits at most ${wholeMs(acquireTimeoutMs)} ms for a connection`] : []),
    ...(queueLimit > 0 ? [`is refused when ${queueLimit} others already wait`] : []),
  ];
  return code`
    ${when(queueLimit, `// ErrQueueFull says that ${queueLimit} others already wait for a connection.\nvar ErrQueueFull = errors.New("database: queue limit reached")\n\n// One place for each request that has a connection or waits for one.\nvar places = make(chan struct{}, ${connectionLimit}+${queueLimit})\n`)}
    // UseConn runs work with a connection, and gives it back.
    // It ${does.join(', and ')};
    // database/sql has no such options, so this works only if all code goes through here.
    func UseConn(ctx context.Context, db *sql.DB, work func(*sql.Conn) error) error {
      ${when(queueLimit, 'select {\ncase places <- struct{}{}:\n  defer func() { <-places }()\ndefault:\n  return ErrQueueFull\n}')}
      ${acquireTimeoutMs > 0 ? `waiting, cancel := context.WithTimeout(ctx, ${duration(acquireTimeoutMs).replaceAll(' ', '')})\nconn, err := db.Conn(waiting)\ncancel()` : 'conn, err := db.Conn(ctx)'}
      if err != nil {
        return err
      }
      defer conn.Close()
      return work(conn)
    }
  `.trimEnd();
}

function queryParams(ms: number, engine: EmitInput['engine']): string {
  return engine === 'mysql'
    ? `// ms; MySQL stops only SELECT by it.\nconfig.Params = map[string]string{"max_execution_time": "${wholeMs(ms)}"}`
    : `// Seconds.\nconfig.Params = map[string]string{"max_statement_time": "${wholeMs(ms) / 1_000}"}`;
}

function duration(ms: number): string {
  const whole = wholeMs(ms);
  return whole % 1_000 === 0 ? `${whole / 1_000} * time.Second` : `${whole} * time.Millisecond`;
}

/** As gofmt writes it. */
function withTabs(text: string): string {
  return text.replace(/^(?: {2})+/gm, (indent) => '\t'.repeat(indent.length / 2));
}
