import { wholeMs } from '../../base/units.ts';
import type { PoolSettings } from '../../size/input.ts';
import { wholeSeconds } from './amounts.ts';
import { code, when } from './code.ts';
import { boundsQueue } from './limits.ts';

/** What differs between the pools of Go in lending a connection. */
export interface GoPool {
  /** The pool and its connection, as Go calls their types: `*sql.DB`. */
  readonly pool: string;
  readonly connection: string;
  /** The method that lends a connection, and the one that gives it back. */
  readonly lend: string;
  readonly giveBack: string;
  /** As sentences call it: `database/sql`. */
  readonly name: string;
}

/**
 * UseConn, with which requests are refused and give up; undefined where any number may wait for ever. Neither pool counts
 * waiting requests, so each request that has or wants a connection holds a place.
 */
export function goUseConn(
  settings: PoolSettings,
  { pool, connection, lend, giveBack, name }: GoPool,
): string | undefined {
  const { connectionLimit, queueLimit, acquireTimeoutMs, nobodyWaits } = settings;
  const counts = boundsQueue(settings);
  if (!counts && acquireTimeoutMs === 0) return undefined;
  const full = nobodyWaits ? 'no connection is free' : `${queueLimit} others already wait for a connection`;
  const does = [
    ...(acquireTimeoutMs > 0 ? [`waits at most ${wholeMs(acquireTimeoutMs)} ms for a connection`] : []),
    ...(counts ? [`is refused when ${nobodyWaits ? full : `${queueLimit} others already wait`}`] : []),
  ];
  const places = nobodyWaits ? String(connectionLimit) : `${connectionLimit}+${queueLimit}`;
  const db = pool === '*sql.DB' ? 'db' : 'pool';
  return code`
    ${when(counts, `// ErrQueueFull says that ${full}.\nvar ErrQueueFull = errors.New("database: queue limit reached")\n\n// One place for each request that has a connection or waits for one.\nvar places = make(chan struct{}, ${places})\n`)}
    // UseConn runs work with a connection, and gives it back.
    // It ${does.join(', and ')};
    // ${name} has no such options, so this works only if all code goes through here.
    func UseConn(ctx context.Context, ${db} ${pool}, work func(${connection}) error) error {
      ${when(counts, 'select {\ncase places <- struct{}{}:\n  defer func() { <-places }()\ndefault:\n  return ErrQueueFull\n}')}
      ${acquireTimeoutMs > 0 ? `waiting, cancel := context.WithTimeout(ctx, ${goDuration(acquireTimeoutMs).replaceAll(' ', '')})\nconn, err := ${db}.${lend}(waiting)\ncancel()` : `conn, err := ${db}.${lend}(ctx)`}
      if err != nil {
        return err
      }
      defer conn.${giveBack}()
      return work(conn)
    }
  `.trimEnd();
}

/** `dsn`, the URL that pgx connects with; `pool` are parameters of the pool itself. */
export function goPostgresUrl(
  { connectTimeoutMs, queryTimeoutMs }: PoolSettings,
  pool: readonly string[] = [],
): string {
  const query = [
    ...pool,
    `connect_timeout=${wholeSeconds(connectTimeoutMs, 'pgx', 'connect timeout')}`,
    ...(queryTimeoutMs === undefined ? [] : [`statement_timeout=${wholeMs(queryTimeoutMs)}`]),
  ];
  return code`
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
  `.trim();
}

/** The `import` block, standard packages first. */
export function goImports(standard: readonly string[], others: readonly string[]): string {
  return code`
    import (
      ${standard.map((name) => `"${name}"`).join('\n')}

      ${others.map((name) => name.replace(/^(_ )?(.*)$/, '$1"$2"')).join('\n')}
    )
  `.trimEnd();
}

export function goDuration(ms: number): string {
  const whole = wholeMs(ms);
  return whole % 1_000 === 0 ? `${whole / 1_000} * time.Second` : `${whole} * time.Millisecond`;
}

/** As gofmt writes it. */
export function withTabs(text: string): string {
  return text.replace(/^(?: {2})+/gm, (indent) => '\t'.repeat(indent.length / 2));
}
