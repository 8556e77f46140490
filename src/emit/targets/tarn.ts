import { maxDurationMs } from '../../base/units.ts';
import { queueOfTarn } from '../parts/bound-queues.ts';
import { code, literal } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import { boundedWait, head, insteadOfQueryTimeout, sections } from '../parts/node.ts';
import { session } from '../parts/session.ts';
import type { EmitInput, Target } from '../target.ts';

const common = { language: 'ts', driver: 'tarn', refusesAtOnce: true, sets: () => ({ min: 0 }), render } as const;

export const tarnPg: Target = {
  ...common,
  title: 'tarn on pg',
  engines: ['postgres'],
  instead: {
    queueLimit: insteadOfQueueLimit,
    queryTimeout: 'The snippet gives it to pg as statement_timeout, in connect().',
  },
};

export const tarnMysql2: Target = {
  ...common,
  title: 'tarn on mysql2',
  engines: ['mysql', 'mariadb'],
  instead: { queueLimit: insteadOfQueueLimit, queryTimeout: insteadOfQueryTimeout },
};

/** tarn's default for how long a connection may take to open, in ms. Its bound leaves the socket open; the driver's closes it. */
const createTimeoutMs = 30_000;

function createTimeout(connectTimeoutMs: number): string {
  const above = Math.min(Math.ceil(connectTimeoutMs) + 5_000, maxDurationMs);
  return `createTimeoutMillis: ${literal(above)}, // ms; tarn's 30 s would cut the connect timeout short`;
}

function render({ settings, why, engine }: EmitInput): string {
  const { connectionLimit, acquireTimeoutMs, connectTimeoutMs } = settings;
  const { call, wrapper } = queueOfTarn('pool', settings);
  const { node, driver, type, text } = session(engine, settings);
  return sections(
    head(why, node, "import { Pool } from 'tarn';", driver),
    text,
    code`
      export const pool = new Pool⟨<${type}>⟩({
        create: connect,
        destroy: (connection) => connection.end(),
        validate: isOpen,
        min: 0,
        max: ${literal(connectionLimit)},
        acquireTimeoutMillis: ${boundedWait(Math.ceil(acquireTimeoutMs), '0 is refused')}
        ${connectTimeoutMs >= createTimeoutMs ? createTimeout(connectTimeoutMs) : undefined}
      });
    `,
    call,
    wrapper,
  );
}
