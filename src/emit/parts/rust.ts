import { wholeMs } from '../../base/units.ts';
import type { PoolSettings } from '../../size/input.ts';
import { code } from './code.ts';
import { boundsQueue } from './limits.ts';

/** What differs between the pools of Rust in lending a connection. */
export interface RustPool {
  /** The pool, the connection that it lends, what that is used as, and its error, as Rust calls their types. */
  readonly pool: string;
  readonly connection: string;
  readonly target: string;
  readonly error: string;
  /** The method that lends one. */
  readonly lend: string;
  /** Whether a connection is lent for as long as the pool lives: `PooledConnection<'a, …>`. */
  readonly isBorrowed?: true;
  /** Whether it blocks the thread that waits. */
  readonly isBlocking?: true;
  /** As sentences call it: `sqlx`. */
  readonly name: string;
}

/** A time that is 0 for no limit; the pools that know none are given a year. */
export function rustTime(ms: number): { readonly value: string; readonly note?: string } {
  return ms > 0
    ? { value: rustDuration(ms) }
    : { value: 'Duration::from_secs(365 * 24 * 3_600)', note: 'A year: it cannot wait without a limit.' };
}

export function rustDuration(ms: number): string {
  const whole = wholeMs(ms);
  const [amount, unit] = whole % 1_000 === 0 ? [whole / 1_000, 'secs'] : [whole, 'millis'];
  return `Duration::from_${unit}(${String(amount).replace(/\B(?=(\d{3})+$)/g, '_')})`;
}

/** The `use` lines, those of the standard library first. */
export function rustUses(settings: PoolSettings, others: readonly string[]): string {
  const standard = ['std::env', 'std::error::Error', 'std::time::Duration'];
  const counting = ['std::fmt', 'std::ops::{Deref, DerefMut}', 'std::sync::atomic::{AtomicUsize, Ordering}'];
  const own = boundsQueue(settings) ? [...standard, ...counting].sort() : standard;
  return `${own.map((path) => `use ${path};`).join('\n')}\n\n${others.map((path) => `use ${path};`).join('\n')}`;
}

/** `acquire`, by which requests are refused; undefined where any number may wait, and the pool is asked itself. */
export function rustAcquire(settings: PoolSettings, rust: RustPool): string | undefined {
  if (!boundsQueue(settings)) return undefined;
  const { connectionLimit, queueLimit, nobodyWaits } = settings;
  const { pool, connection, target, error, lend, name, isBorrowed, isBlocking } = rust;
  const full = nobodyWaits ? 'no connection is free' : `${queueLimit} others already wait`;
  const life = isBorrowed ? "<'a>" : '';
  const any = isBorrowed ? "<'_>" : '';
  return code`
    /// One place for each request that has a connection or waits for one.
    static PLACES: AtomicUsize = AtomicUsize::new(${nobodyWaits ? connectionLimit : `${connectionLimit} + ${queueLimit}`});

    struct Place;

    impl Place {
        fn take() -> Option<Place> {
            let one_less = |free: usize| free.checked_sub(1);
            let taken = PLACES.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
            taken.ok().map(|_| Place)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            PLACES.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A connection, and its place until it is given back.
    pub struct Lent${life} {
        connection: ${connection},
        _place: Place,
    }

    impl Deref for Lent${any} {
        type Target = ${target};

        fn deref(&self) -> &${target} {
            &self.connection
        }
    }

    impl DerefMut for Lent${any} {
        fn deref_mut(&mut self) -> &mut ${target} {
            &mut self.connection
        }
    }

    /// Why there is no connection.
    #[derive(Debug)]
    pub enum NoConnection {
        QueueFull,
        Pool(${error}),
    }

    impl fmt::Display for NoConnection {
        fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
            match self {
                NoConnection::QueueFull => write!(f, "queue limit reached"),
                NoConnection::Pool(error) => write!(f, "{error}"),
            }
        }
    }

    impl Error for NoConnection {}

    /// Lends a connection; it is refused when ${full}.
    /// ${name} has no such option, so this works only if all code goes through here.
    pub ${isBlocking ? '' : 'async '}fn acquire(pool: &${pool}) -> Result<Lent${any}, NoConnection> {
        let place = Place::take().ok_or(NoConnection::QueueFull)?;
        let connection = pool.${lend}()${isBlocking ? '' : '.await'}.map_err(NoConnection::Pool)?;
        Ok(Lent {
            connection,
            _place: place,
        })
    }
  `.trimEnd();
}

/** The port, or the engine's own. */
export function rustPort(port: number): string {
  return `env::var("DB_PORT").map_or(Ok(${port}), |port| port.parse())?`;
}

/** What bb8 and r2d2 are given for their sessions with PostgreSQL. */
export function tokioPostgresConfig({ connectTimeoutMs, queryTimeoutMs }: PoolSettings): string {
  return code`
    let mut config = Config::new();
    config
        .host(&env::var("DB_HOST")?)
        .port(${rustPort(5432)})
        .user(&env::var("DB_USERNAME")?)
        .password(env::var("DB_PASSWORD")?)
        .dbname(&env::var("DB_DATABASE")?)
        ${queryTimeoutMs === undefined ? undefined : `// ms for a statement, on the server; not through a transaction pooler.\n.options("-c statement_timeout=${wholeMs(queryTimeoutMs)}")`}
        // To reach the server, without the login.
        .connect_timeout(${rustDuration(connectTimeoutMs)});
  `.trimEnd();
}

/** Said where a snippet has NoTls. */
export const tlsRemark =
  '// For TLS, a connector of tokio-postgres-rustls or postgres-native-tls in the place of NoTls.';
