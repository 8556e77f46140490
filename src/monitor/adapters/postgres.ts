import type { PoolAcquire } from '../acquire.ts';
import { type Attached, poolAdapter } from '../adapter.ts';
import { type FailureSign, failureKind } from '../failure.ts';
import { type AnyMethod, interpose } from '../interpose.ts';
import type { PoolObserver } from '../observer.ts';
import { poolNameOf } from '../pool-name.ts';
import { followed, hasMethods, isObject, undoAll, watched } from '../shape.ts';

/**
 * postgres.js 3.4. Its queues are private and a query goes to them without a call that could be seen: sql`…` is neither
 * counted as used nor as waiting. What reserves a connection is seen: sql.reserve() and sql.begin().
 */
interface PostgresJs {
  readonly options: {
    readonly max: number;
    readonly host: readonly unknown[];
    readonly port: readonly unknown[];
    readonly database: unknown;
  };
}

// postgres, src/connection.js: connectTimedOut; src/errors.js.
const signs: readonly FailureSign[] = [
  ['CONNECT_TIMEOUT', 'timeout'],
  ['CONNECTION_ENDED', 'closed'],
  ['CONNECTION_DESTROYED', 'closed'],
  ['CONNECTION_CLOSED', 'connect'],
];

export const postgresJsAdapter = poolAdapter('postgres', isPostgresJs, attach);

function isPostgresJs(candidate: object): candidate is PostgresJs {
  return (
    hasMethods(candidate, 'reserve', 'begin', 'end', 'unsafe', 'PostgresError') &&
    'options' in candidate &&
    isObject(candidate.options) &&
    'max' in candidate.options
  );
}

function attach(sql: PostgresJs, observer: PoolObserver): Attached {
  const { max, host, port, database } = sql.options;
  return {
    name: poolNameOf({ host: host[0], port: port[0], database }),
    system: 'postgresql',
    sizes: () => ({
      used: observer.held.size,
      idle: undefined,
      connecting: undefined,
      pending: observer.waiting.size,
      limit: max,
    }),
    detach: undoAll([
      interpose(sql, 'reserve', (original, self, args) => reserve(observer, original, self, args)),
      interpose(sql, 'begin', (original, self, args) => begin(observer, original, self, args)),
      interpose(sql, 'end', (original, self, args) => {
        observer.ended();
        return Reflect.apply(original, self, args);
      }),
    ]),
  };
}

function reserve(observer: PoolObserver, original: AnyMethod, self: unknown, args: readonly unknown[]): unknown {
  const acquire = observer.asked();
  const granted = (reserved: unknown) => {
    if (!isConnection(reserved)) return;
    acquire.granted(reserved);
    const stop = interpose(reserved, 'release', (release, by, releaseArgs) => {
      stop();
      observer.released(reserved);
      return Reflect.apply(release, by, releaseArgs);
    });
  };
  return followed(Reflect.apply(original, self, args), granted, (error) => fail(acquire, error));
}

/** The transaction's function is called with the connection; what it gives is committed before begin() is over. */
function begin(observer: PoolObserver, original: AnyMethod, self: unknown, args: readonly unknown[]): unknown {
  const acquire = observer.asked();
  const transaction = {};
  const last = args.at(-1);
  const told =
    typeof last === 'function'
      ? [...args.slice(0, -1), watched(last as AnyMethod, () => acquire.granted(transaction))]
      : args;
  const over = () => observer.released(transaction);
  return followed(Reflect.apply(original, self, told), over, (error) => {
    fail(acquire, error);
    over();
  });
}

function isConnection(value: unknown): value is AnyMethod {
  return typeof value === 'function' && hasMethods(value, 'release');
}

function fail(acquire: PoolAcquire, error: unknown): void {
  acquire.failed(error, failureKind(error, signs));
}
