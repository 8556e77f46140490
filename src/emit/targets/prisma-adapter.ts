import type { PoolSettings } from '../../size/input.ts';
import { queueOfPg } from '../parts/bound-pg.ts';
import { queueOfMariadb } from '../parts/bound-queues.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { insteadOfQueueLimit, minimumIdle } from '../parts/limits.ts';
import { setsOnMariadb } from '../parts/mariadb.ts';
import {
  boundedWait,
  head,
  login,
  onWholeMs,
  pgWait,
  sections,
  statementTimeout,
  waitOrLongest,
} from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { EmitInput, Target } from '../target.ts';

const clientImport = "import { PrismaClient } from './generated/prisma/client.js';";

function client({ acquireTimeoutMs }: PoolSettings, remark?: string): string {
  return code`
    ${remark}
    export const prisma = new PrismaClient({
      adapter,
      transactionOptions: { maxWait: ${waitOrLongest(acquireTimeoutMs)} }, // ms, for the connection of $transaction; 2 s by default
    });
  `;
}

/** The adapter opens its pool when a client connects; `call` bounds the queue of that pool. */
function bindQueue(call: string | undefined): string | undefined {
  if (call === undefined) return undefined;
  return code`
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
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why }) => {
    const { connectionLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
    const { call, wrapper } = queueOfPg('connected.underlyingDriver()', settings);
    return sections(
      head(why, "import { PrismaPg } from '@prisma/adapter-pg';", call && "⟨import type pg from 'pg';⟩", clientImport),
      code`
        const adapter = new PrismaPg({
          ${login('postgres')}
          max: ${literal(connectionLimit)},
          connectionTimeoutMillis: ${pgWait(acquireTimeoutMs)}
          ${statementTimeout(queryTimeoutMs)}
        });
      `,
      bindQueue(call),
      client(
        settings,
        call &&
          "// A call with a smaller maxWait leaves its request in pg's queue when it gives up, and it counts there.",
      ),
      wrapper,
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
  refusesAtOnce: true,
  sets: setsOnMariadb,
  render: onWholeMs((input) => {
    const { connectionLimit, acquireTimeoutMs, connectTimeoutMs } = input.settings;
    // Users of the adapter need not have the package of the driver, so its pool has the type that the adapter says.
    const { call, wrapper } = queueOfMariadb('connected.underlyingDriver()', input.settings, {
      methods: ['query', 'execute'],
      type: 'Pool',
    });
    // The driver lowers it so far itself.
    const connectMs = acquireTimeoutMs > 0 ? Math.min(connectTimeoutMs, acquireTimeoutMs) : connectTimeoutMs;
    return sections(
      head(input.why, "import { PrismaMariaDb } from '@prisma/adapter-mariadb';", clientImport),
      code`
        const adapter = new PrismaMariaDb({
          ${login(input.engine)}
          ${input.engine === 'mysql' ? 'allowPublicKeyRetrieval: true, // for caching_sha2_password without TLS; with ssl leave it out' : undefined}
          connectionLimit: ${literal(connectionLimit)},
          minimumIdle: ${minimumIdle(input)}
          acquireTimeout: ${boundedWait(acquireTimeoutMs, '0 would fail at once')}; before it idle connections are pinged, for up to pingTimeout each
          connectTimeout: ${literal(connectMs)}, // ms${connectMs < connectTimeoutMs ? '; no longer than acquireTimeout' : ''}
          ${queryTimeout(input)}
        });
      `,
      bindQueue(call),
      client(input.settings),
      wrapper &&
        `⟨type Pool = ReturnType<Awaited<ReturnType<PrismaMariaDb['connect']>>['underlyingDriver']>;⟩\n\n${wrapper}`,
    );
  }),
};
