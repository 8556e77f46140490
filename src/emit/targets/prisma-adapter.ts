import type { PoolSettings } from '../../size/input.ts';
import { boundQueue, insteadOfQueueLimit } from '../parts/bound-pools.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import {
  boundAdapterQueue,
  boundedWait,
  head,
  login,
  onWholeMs,
  pgWait,
  sections,
  statementTimeout,
  waitOrLongest,
} from '../parts/node.ts';
import type { EmitInput, Target } from '../target.ts';

const clientImport = "import { PrismaClient } from './generated/prisma/client.js';";

function client({ acquireTimeoutMs }: PoolSettings): string {
  return code`
    export const prisma = new PrismaClient({
      adapter,
      transactionOptions: { maxWait: ${waitOrLongest(acquireTimeoutMs)} }, // ms, for the connection of $transaction; 2 s by default
    });
  `;
}

/** The adapter opens its pool when a client connects; `call` bounds the queue of that pool. */
function bindQueue(driver: string, call: string): string {
  return code`
    // ${driver} has no queue limit of its own.
    const connect = adapter.connect.bind(adapter);
    adapter.connect = async () => {
      const connected = await connect();
      ${call}
      return connected;
    };
  `;
}

export const prismaPgAdapter: Target = {
  title: 'Prisma 7 on @prisma/adapter-pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'prisma-adapter-pg',
  instead: { queueLimit: insteadOfQueueLimit },
  render: onWholeMs(({ settings, why }) => {
    const { connectionLimit, queueLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
    const bounded = queueLimit > 0;
    return sections(
      head(
        why,
        "import { PrismaPg } from '@prisma/adapter-pg';",
        bounded && "⟨import type pg from 'pg';⟩",
        clientImport,
      ),
      code`
        const adapter = new PrismaPg({
          ${login('postgres')}
          max: ${literal(connectionLimit)},
          connectionTimeoutMillis: ${pgWait(acquireTimeoutMs)}
          ${statementTimeout(queryTimeoutMs)}
        });
      `,
      bounded ? bindQueue('pg', `boundQueue(connected.underlyingDriver(), ${literal(queueLimit)});`) : undefined,
      client(settings),
      bounded ? boundQueue : undefined,
    );
  }),
};

/** mariadb's own query timeout is refused by a MySQL server. */
function queryTimeout({ settings, engine }: EmitInput): string | undefined {
  const ms = settings.queryTimeoutMs;
  if (ms === undefined) return undefined;
  if (engine === 'mariadb') return `queryTimeout: ${milliseconds(ms)}`;
  return `initSql: 'SET SESSION max_execution_time = ${ms}', // query timeout in ms; MySQL stops only SELECT by it`;
}

export const prismaMariadbAdapter: Target = {
  title: 'Prisma 7 on @prisma/adapter-mariadb',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'prisma-adapter-mariadb',
  instead: { queueLimit: insteadOfQueueLimit },
  render: onWholeMs((input) => {
    const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs } = input.settings;
    const bounded = queueLimit > 0;
    // The driver lowers it so far itself.
    const connectMs = acquireTimeoutMs > 0 ? Math.min(connectTimeoutMs, acquireTimeoutMs) : connectTimeoutMs;
    return sections(
      head(input.why, "import { PrismaMariaDb } from '@prisma/adapter-mariadb';", clientImport),
      code`
        const adapter = new PrismaMariaDb({
          ${login(input.engine)}
          ${input.engine === 'mysql' ? 'allowPublicKeyRetrieval: true, // for caching_sha2_password without TLS; with ssl leave it out' : undefined}
          connectionLimit: ${literal(connectionLimit)},
          acquireTimeout: ${boundedWait(acquireTimeoutMs, '0 would fail at once')}
          connectTimeout: ${literal(connectMs)}, // ms${connectMs < connectTimeoutMs ? '; no longer than acquireTimeout' : ''}
          ${queryTimeout(input)}
        });
      `,
      bounded
        ? bindQueue(
            'mariadb',
            `boundQueue(connected.underlyingDriver(), ${literal(connectionLimit)}, ${literal(queueLimit)});`,
          )
        : undefined,
      client(input.settings),
      bounded ? boundAdapterQueue : undefined,
    );
  }),
};
