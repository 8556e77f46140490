import { code, literal } from '../code.ts';
import type { EmitInput, Target } from '../target.ts';
import { insteadOfQueueLimit } from '../wrappers.ts';
import { boundedWait, head, insteadOfQueryTimeout, sections } from '../wrappers-orm.ts';
import { boundTarnQueue } from '../wrappers-queue.ts';
import { session } from '../wrappers-session.ts';

const common = { language: 'ts', driver: 'tarn', render };

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

function render({ settings, why, engine }: EmitInput): string {
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs } = settings;
  const { import: driver, type, text } = session(engine, settings);
  return sections(
    head(why, "import { Pool } from 'tarn';", driver),
    text,
    code`
      export const pool = new Pool⟨<${type}>⟩({
        create: connect,
        destroy: (connection) => connection.end(),
        validate: (connection) => !lost.has(connection),
        min: 0,
        max: ${literal(connectionLimit)},
        acquireTimeoutMillis: ${boundedWait(Math.ceil(acquireTimeoutMs), '0 is refused')}
        createTimeoutMillis: ${literal(Math.ceil(connectTimeoutMs))}, // ms
      });
    `,
    queueLimit > 0
      ? `// tarn has no queue limit of its own.\nboundQueue(pool, ${literal(connectionLimit)}, ${literal(queueLimit)});`
      : undefined,
    queueLimit > 0 ? boundTarnQueue : undefined,
  );
}
