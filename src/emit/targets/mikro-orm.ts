import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import { boundWait, insteadOfAcquireTimeout, waitOptions } from '../parts/bound-mysql2.ts';
import { queueOfPg } from '../parts/bound-pg.ts';
import { queueOfKnex } from '../parts/bound-queues.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import { setsQueryTimeout } from '../parts/mariadb.ts';
import {
  head,
  insteadOfQueryTimeout,
  limitSession,
  login,
  notSurviving,
  onWholeMs,
  pgWait,
  sections,
  statementTimeout,
} from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { EmitInput, Target } from '../target.ts';
import { afterCreate, setsOnTarn, tarnOptions } from './knex.ts';

const for7 = 'For MikroORM 7; --driver-version 6 writes for 5 and 6.';

const packages = { postgres: '@mikro-orm/postgresql', mysql: '@mikro-orm/mysql', mariadb: '@mikro-orm/mariadb' };

/** MikroORM 5 and 6 use Knex's pool. */
function renderWithKnex({ settings, why, engine }: EmitInput): string {
  const { connectTimeoutMs, queryTimeoutMs } = settings;
  const { call, wrapper } = queueOfKnex('orm.em.getConnection().getKnex()', settings, null);
  const hook = engine === 'mysql' ? afterCreate(engine, queryTimeoutMs) : undefined;
  const from = packages[engine];
  return sections(
    head(
      [...why, 'For MikroORM 5 and 6; version 7 ignores acquireTimeoutMillis.'],
      `⟨import type { ${call ? 'Knex, Options' : 'Options'} } from '${from}';⟩`,
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

      /** Opens the ORM.${call ? ' Its pool has no queue limit of its own.' : ''} */
      export async function connect(entities⟨: NonNullable<Options['entities']>⟩)⟨: Promise<MikroORM>⟩ {
        const orm = await MikroORM.init({ ...config, entities });
        ${call}
        return orm;
      }
    `,
    wrapper,
  );
}

/** MikroORM 7 hands its driverOptions to the pool of pg. */
function renderOnPg({ settings, why }: EmitInput): string {
  const { connectionLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
  const { call, wrapper } = queueOfPg('pool', settings);
  return sections(
    head(
      [...why, for7, notSurviving('MikroORM 7')],
      "⟨import type { Options } from '@mikro-orm/postgresql';⟩",
      call && "⟨import type pg from 'pg';⟩",
      "import { defineConfig, MikroORM } from '@mikro-orm/postgresql';",
    ),
    code`
      export const config = defineConfig({
        ${login('postgres', { database: 'dbName' })}
        pool: { max: ${literal(connectionLimit)} },
        driverOptions: {
          connectionTimeoutMillis: ${pgWait(acquireTimeoutMs)}
          ${statementTimeout(queryTimeoutMs)}
          ${
            call &&
            code`
              onPoolCreated(pool⟨: pg.Pool⟩) {
                ${call}
              },
            `.trim()
          }
        },
      });

      /** Opens the ORM. */
      export async function connect(entities⟨: NonNullable<Options['entities']>⟩)⟨: Promise<MikroORM>⟩ {
        return MikroORM.init({ ...config, entities });
      }
    `,
    wrapper,
  );
}

/** MikroORM 7 hands its driverOptions to the pool of mysql2, for MariaDB too. */
function renderOnMysql2({ settings, why, engine }: EmitInput): string {
  const { connectionLimit, connectTimeoutMs, queryTimeoutMs } = settings;
  const limited = queryTimeoutMs === undefined ? undefined : limitSession(engine, queryTimeoutMs);
  const { call, wrapper, types } = boundWait('pool', settings, null);
  const from = packages[engine];
  return sections(
    head(
      [...why, for7, notSurviving('MikroORM 7')],
      `⟨import type { Options } from '${from}';⟩`,
      limited && "⟨import type { DatabaseConnection } from 'kysely';⟩",
      types,
      `import { defineConfig, MikroORM } from '${from}';`,
      limited && "import { CompiledQuery } from 'kysely';",
    ),
    code`
      export const config = defineConfig({
        ${login(engine, { database: 'dbName' })}
        pool: { max: ${literal(connectionLimit)} },
        driverOptions: {
          ${waitOptions(settings)}
          connectTimeout: ${milliseconds(connectTimeoutMs)}
        },
        ${
          limited &&
          code`
            // ${limited.meaning}
            onCreateConnection: async (connection) => {
              const session = connection⟨ as DatabaseConnection⟩;
              // An error that leaves the hook would cost the pool a place.
              await session
                .executeQuery(CompiledQuery.raw('${limited.sql}'))
                .catch((error) => console.error('no query timeout:', error.message));
            },
          `.trim()
        }
      });

      /** Opens the ORM.${call ? ' mysql2 has no acquire timeout of its own.' : ''} */
      export async function connect(entities⟨: NonNullable<Options['entities']>⟩) {
        const orm = await MikroORM.init({ ...config, entities });
        ${call && `const pool⟨: Pool⟩ = await orm.em.getConnection().getNativeClient(); // from MikroORM 7.2`}
        ${call}
        return orm;
      }
    `,
    wrapper,
  );
}

const common = { language: 'ts', refusesAtOnce: true } as const;

/** `afterCreate` of Knex hands on no error. */
const prevents = ['forgotten'] as const;

/** MikroORM 5 and 6, by the engine. */
const before7 = {
  postgres: {
    ...common,
    driver: 'mikro-orm-5-6',
    options: { driver: 'pg' },
    title: 'MikroORM 6 on pg',
    engines: ['postgres'],
    sets: setsOnTarn,
    prevents,
    has: { queryTimeout: true },
    instead: { queueLimit: insteadOfQueueLimit },
    render: onWholeMs(renderWithKnex),
  },
  mysql: {
    ...common,
    driver: 'mikro-orm-5-6',
    options: { driver: 'mysql2' },
    title: 'MikroORM 6 on mysql2',
    engines: ['mysql'],
    sets: setsOnTarn,
    prevents,
    instead: { queueLimit: insteadOfQueueLimit, queryTimeout: insteadOfQueryTimeout },
    render: onWholeMs(renderWithKnex),
  },
  mariadb: {
    ...common,
    driver: 'mikro-orm-5-6',
    options: { driver: 'mariadb' },
    title: 'MikroORM 6 on mariadb',
    engines: ['mariadb'],
    sets: (input) => ({ min: 0, ...setsQueryTimeout(input) }),
    prevents,
    has: { queryTimeout: true },
    instead: { queueLimit: insteadOfQueueLimit },
    render: onWholeMs(renderWithKnex),
  },
} as const satisfies Record<EngineId, Target>;

function atVersion(engine: EngineId): NonNullable<Target['atVersion']> {
  return ([major]) => {
    if (major >= 7) return undefined;
    if (major >= 5) return before7[engine];
    throw new PoolctlError('INPUT_CONTRADICTION', `There is no snippet for MikroORM ${major}.`, {
      hint: 'Leave --driver-version out for MikroORM 7, or give 6, which is right for 5 too.',
    });
  };
}

export const mikroOrmPostgres: Target = {
  ...common,
  title: 'MikroORM 7 on pg',
  engines: ['postgres'],
  driver: 'pg',
  behavesAs: 'mikro-orm-7',
  options: { profile: 'mikro-orm-7', driver: 'pg' },
  sets: setsStatementLimit,
  instead: { queueLimit: insteadOfQueueLimit },
  render: onWholeMs(renderOnPg),
  atVersion: atVersion('postgres'),
};

const onMysql2 = {
  ...common,
  driver: 'mysql2',
  behavesAs: 'mikro-orm-7',
  options: { profile: 'mikro-orm-7', driver: 'mysql2' },
  sets: setsStatementLimit,
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  render: onWholeMs(renderOnMysql2),
} as const;

export const mikroOrmMysql: Target = {
  ...onMysql2,
  title: 'MikroORM 7 on mysql2',
  engines: ['mysql'],
  atVersion: atVersion('mysql'),
};

export const mikroOrmMariadb: Target = {
  ...onMysql2,
  title: 'MikroORM 7 on mysql2, for MariaDB',
  engines: ['mariadb'],
  atVersion: atVersion('mariadb'),
};
