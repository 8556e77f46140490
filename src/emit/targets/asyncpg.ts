import type { PoolSettings } from '../../size/input.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { needsTurns } from '../parts/gate.ts';
import { boundsQueue } from '../parts/limits.ts';
import type { EmitInput, Target } from '../target.ts';

/** What min_size is by default; more than max_size is an error. */
const defaultMinSize = 10;

export const asyncpg: Target = {
  title: 'asyncpg',
  language: 'python',
  engines: ['postgres'],
  driver: 'asyncpg',
  instead: {
    queueLimit: 'The snippet refuses the request that would be one too many, in connection().',
    acquireTimeout: 'The snippet bounds the wait in connection(); the methods of the pool wait without a limit.',
  },
  refusesAtOnce: true,
  sets: ({ settings: { connectionLimit, queryTimeoutMs } }) => ({
    ...(connectionLimit < defaultMinSize && { min_size: connectionLimit }),
    ...(queryTimeoutMs !== undefined && { command_timeout: queryTimeoutMs }),
  }),
  render: (input) => code`
    ${remarks('#', input.why)}
    import os
    ${needsTurns(input.settings) ? 'from contextlib import asynccontextmanager' : undefined}

    import asyncpg


    async def open_pool() -> asyncpg.Pool:
        """Opens the pool of a process, in its event loop; pool.close() ends it."""
        return await asyncpg.create_pool(
            host=os.environ["DB_HOST"],
            port=int(os.environ.get("DB_PORT", 5432)),
            user=os.environ["DB_USERNAME"],
            password=os.environ["DB_PASSWORD"],
            database=os.environ["DB_DATABASE"],
            ${minSize(input.settings)}
            max_size=${input.settings.connectionLimit},
            timeout=${input.settings.connectTimeoutMs / 1_000},  # seconds, to open a connection; no limit for the wait for one
            ${query(input)}
        )
    ${needsTurns(input.settings) ? `\n\n${connection(input.settings)}` : undefined}
  `,
};

function minSize({ connectionLimit }: PoolSettings): string | undefined {
  return connectionLimit < defaultMinSize ? `min_size=${connectionLimit},` : undefined;
}

function query({ settings: { queryTimeoutMs } }: EmitInput): string | undefined {
  return queryTimeoutMs === undefined
    ? undefined
    : `command_timeout=${queryTimeoutMs / 1_000},  # seconds; the client counts, and has the server cancel`;
}

/** asyncpg counts no waiting requests, so each that has or wants a connection is counted. */
function connection(settings: PoolSettings): string {
  const { connectionLimit, queueLimit, nobodyWaits, acquireTimeoutMs } = settings;
  const isCounted = boundsQueue(settings);
  const does = [
    ...(acquireTimeoutMs > 0 && !nobodyWaits ? [`waits at most ${acquireTimeoutMs / 1_000} s for one`] : []),
    ...(nobodyWaits ? ['is refused when all are taken'] : []),
    ...(queueLimit > 0 && !nobodyWaits ? [`is refused when ${queueLimit} others already wait`] : []),
  ];
  const most = nobodyWaits ? `${connectionLimit}` : `${connectionLimit} + ${queueLimit}`;
  const says = nobodyWaits ? 'all connections are taken' : `${queueLimit} requests already wait for a connection`;
  const timeout = acquireTimeoutMs > 0 && !nobodyWaits ? `timeout=${acquireTimeoutMs / 1_000}` : '';
  const inTime = code`
    async with pool.acquire(${timeout}) as taken:
        yield taken
  `.trimEnd();
  return code`
    ${isCounted ? `class TooManyRequests(Exception):\n    """A request that may not wait."""\n\n\nasking = 0  # requests that have a connection or wait for one\n\n` : undefined}
    @asynccontextmanager
    async def connection(pool: asyncpg.Pool):
        """A connection for the time of \`async with\`.

        A request ${does.join(', and ')}. asyncpg has no such options, so
        this works only if all code goes through here, and none calls pool.fetch() or pool.acquire().
        """
        ${
          isCounted
            ? code`
                global asking
                if asking >= ${most}:
                    raise TooManyRequests("${says}")
                asking += 1
                try:
                    ${inTime}
                finally:
                    asking -= 1
              `.trimEnd()
            : inTime
        }
  `.trimEnd();
}
