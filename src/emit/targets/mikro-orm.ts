import { insteadOfAcquireTimeout, insteadOfQueueLimit } from '../parts/bound-pools.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import {
  boundKnexQueue,
  head,
  insteadOfQueryTimeout,
  limitSession,
  login,
  mysql2Options,
  onWholeMs,
  pgWait,
  queueOfPg,
  sections,
  statementTimeout,
  waitOfMysql2,
} from '../parts/node.ts';
import type { EmitInput, Target } from '../target.ts';
import { afterCreate, tarnOptions } from './knex.ts';

const packages = { postgres: '@mikro-orm/postgresql', mysql: '@mikro-orm/mysql', mariadb: '@mikro-orm/mariadb' };

/** MikroORM 5 and 6 use Knex's pool. */
function renderWithKnex({ settings, why, engine }: EmitInput): string {
  const { queueLimit, connectTimeoutMs, queryTimeoutMs } = settings;
  const hook = engine === 'mysql' ? afterCreate(engine, queryTimeoutMs) : undefined;
  const from = packages[engine];
  return sections(
    head(
      [...why, 'For MikroORM 5 and 6. Version 7 ignores acquireTimeoutMillis: --driver-version 7 writes for it.'],
      queueLimit > 0 && `⟨import type { Knex, Options } from '${from}';⟩`,
      queueLimit === 0 && `⟨import type { Options } from '${from}';⟩`,
      hook && "⟨import type { Connection } from 'mysql2';⟩",
      `import { defineConfig, MikroORM } from '${from}';`,
    ),
    code`
      export const config = defineConfig({
        ${login(engine, { database: 'dbName' })}
        pool: {
          ${tarnOptions(settings).trim()}
          ${hook?.trim()}
        },
        driverOptions: {
          connection: {
            ${engine === 'postgres' ? 'connectionTimeoutMillis' : 'connectTimeout'}: ${milliseconds(connectTimeoutMs)}
            ${engine === 'postgres' ? statementTimeout(queryTimeoutMs) : undefined}
            ${engine === 'mariadb' && queryTimeoutMs !== undefined ? `queryTimeout: ${milliseconds(queryTimeoutMs)}` : undefined}
          },
        },
      });

      /** Opens the ORM.${queueLimit > 0 ? ' Its pool has no queue limit of its own.' : ''} */
      export async function connect(entities⟨: Options['entities']⟩)⟨: Promise<MikroORM>⟩ {
        const orm = await MikroORM.init({ ...config, entities });
        ${queueLimit > 0 ? `boundQueue(orm.em.getConnection().getKnex(), ${literal(queueLimit)});` : undefined}
        return orm;
      }
    `,
    queueLimit > 0 ? boundKnexQueue : undefined,
  );
}

/** MikroORM 7 hands its driverOptions to the pool of pg. */
function renderOnPg({ settings, why }: EmitInput): string {
  const { connectionLimit, queueLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
  const [bound, wrapper] = queueOfPg('pool', queueLimit);
  return sections(
    head(why, bound && "⟨import type pg from 'pg';⟩", "import { defineConfig } from '@mikro-orm/postgresql';"),
    code`
      /** MikroORM.init() takes it, with your entities: { ...config, entities }. */
      export const config = defineConfig({
        ${login('postgres', { database: 'dbName' })}
        pool: { max: ${literal(connectionLimit)} },
        driverOptions: {
          connectionTimeoutMillis: ${pgWait(acquireTimeoutMs)}
          ${statementTimeout(queryTimeoutMs)}
          ${
            bound === undefined
              ? undefined
              : `// pg has no queue limit of its own.\nonPoolCreated: (pool⟨: pg.Pool⟩) => boundQueue(pool, ${literal(queueLimit)}),`
          }
        },
      });
    `,
    wrapper,
  );
}

/** MikroORM 7 hands its driverOptions to the pool of mysql2, for MariaDB too. */
function renderOnMysql2({ settings, why, engine }: EmitInput): string {
  const { acquireTimeoutMs, queryTimeoutMs } = settings;
  const limited = queryTimeoutMs === undefined ? undefined : limitSession(engine, queryTimeoutMs);
  const [bound, wrapper] = waitOfMysql2('pool', acquireTimeoutMs);
  const from = packages[engine];
  const [, ...options] = mysql2Options(settings).split('\n');
  return sections(
    head(
      why,
      `⟨import type { Options } from '${from}';⟩`,
      limited && "⟨import type { DatabaseConnection } from 'kysely';⟩",
      bound && "⟨import type { Pool } from 'mysql2';⟩",
      `import { defineConfig, MikroORM } from '${from}';`,
      limited && "import { CompiledQuery } from 'kysely';",
    ),
    code`
      export const config = defineConfig({
        ${login(engine, { database: 'dbName' })}
        pool: { max: ${literal(settings.connectionLimit)} },
        driverOptions: {
          ${options.join('\n')}
        },
        ${
          limited &&
          code`
            // ${limited.meaning}
            onCreateConnection: async (connection) => {
              const session = connection⟨ as DatabaseConnection⟩;
              await session.executeQuery(CompiledQuery.raw('${limited.sql}'));
            },
          `.trim()
        }
      });

      /** Opens the ORM.${bound === undefined ? '' : ' mysql2 has no acquire timeout of its own.'} */
      export async function connect(entities⟨: Options['entities']⟩)⟨: Promise<MikroORM>⟩ {
        const orm = await MikroORM.init({ ...config, entities });
        ${bound === undefined ? undefined : `const pool⟨: Pool⟩ = await orm.em.getConnection().getNativeClient(); // from MikroORM 7.2`}
        ${bound === undefined ? undefined : `boundAcquire(pool, ${literal(acquireTimeoutMs)});`}
        return orm;
      }
    `,
    wrapper,
  );
}

const since7 = {
  postgres: {
    title: 'MikroORM 7 on pg',
    language: 'ts',
    engines: ['postgres'],
    driver: 'pg',
    instead: { queueLimit: insteadOfQueueLimit },
    render: onWholeMs(renderOnPg),
  },
  mysql: {
    title: 'MikroORM 7 on mysql2',
    language: 'ts',
    engines: ['mysql', 'mariadb'],
    driver: 'mysql2',
    instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
    render: onWholeMs(renderOnMysql2),
  },
} as const satisfies Record<string, Target>;

type Version = NonNullable<EmitInput['driverVersion']>;

const common = { language: 'ts', driver: 'mikro-orm-5-6', render: onWholeMs(renderWithKnex) };
const instead = { queueLimit: insteadOfQueueLimit };

export const mikroOrmPostgres: Target = {
  ...common,
  title: 'MikroORM 6 on pg',
  engines: ['postgres'],
  has: { queryTimeout: true },
  instead,
  atVersion: ([major]: Version) => (major >= 7 ? since7.postgres : undefined),
};

export const mikroOrmMysql: Target = {
  ...common,
  title: 'MikroORM 6 on mysql2',
  engines: ['mysql'],
  instead: { ...instead, queryTimeout: insteadOfQueryTimeout },
  atVersion: ([major]: Version) => (major >= 7 ? since7.mysql : undefined),
};

export const mikroOrmMariadb: Target = {
  ...common,
  title: 'MikroORM 6 on mariadb',
  engines: ['mariadb'],
  has: { queryTimeout: true },
  instead,
  atVersion: ([major]: Version) => (major >= 7 ? since7.mysql : undefined),
};
