import { wholeMs } from '../../base/units.ts';
import type { PoolSettings } from '../../size/input.ts';
import type { Assignment } from '../target.ts';

interface Variable {
  readonly name: string;
  readonly value: number;
  readonly means: string;
  readonly of: keyof PoolSettings;
}

/** The settings as environment variables, with the unit in the name; profiles/drivers/env.yaml knows them too. */
export function environment(settings: PoolSettings): Variable[] {
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
  return [
    {
      name: 'DB_POOL_CONNECTION_LIMIT',
      value: connectionLimit,
      means: 'Connections of one pool.',
      of: 'connectionLimit',
    },
    {
      name: 'DB_POOL_QUEUE_LIMIT',
      value: queueLimit,
      means: 'Requests that may wait for a connection; 0 for any number.',
      of: 'queueLimit',
    },
    {
      name: 'DB_POOL_ACQUIRE_TIMEOUT_MS',
      value: wholeMs(acquireTimeoutMs),
      means: 'The longest wait for a connection; 0 is no limit.',
      of: 'acquireTimeoutMs',
    },
    {
      name: 'DB_POOL_CONNECT_TIMEOUT_MS',
      value: wholeMs(connectTimeoutMs),
      means: 'The longest wait for a new session with the server.',
      of: 'connectTimeoutMs',
    },
    ...(queryTimeoutMs === undefined
      ? []
      : [
          {
            name: 'DB_POOL_QUERY_TIMEOUT_MS',
            value: wholeMs(queryTimeoutMs),
            means: 'The longest run of a statement.',
            of: 'queryTimeoutMs' as const,
          },
        ]),
  ];
}

/** The same as lines of a file. */
export function environmentLines(settings: PoolSettings): Assignment[] {
  return environment(settings).map(({ name, value, means, of }) => ({ path: [name], value, note: means, of }));
}
