import { PoolctlError } from '../../base/errors.ts';
import { boundWait, insteadOfAcquireTimeout, waitOptions } from '../parts/bound-mysql2.ts';
import { queueOfPg } from '../parts/bound-pg.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import { head, onWholeMs, pgWait, sections } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { EmitInput, Target } from '../target.ts';

function login(port: number): string {
  return code`
    host: config.getOrThrow⟨<string>⟩('DB_HOST'),
    port: Number(config.get('DB_PORT', ${port})),
    username: config.getOrThrow⟨<string>⟩('DB_USERNAME'),
    password: config.getOrThrow⟨<string>⟩('DB_PASSWORD'),
    database: config.getOrThrow⟨<string>⟩('DB_DATABASE'),
    autoLoadEntities: true,
  `.trim();
}

/** `TypeOrmModule.forRootAsync()`; `bind` bounds the pool of the data source. */
function module(options: string, bind: string | undefined): string {
  return code`
    /** For the imports of your AppModule. */
    export const databaseModule = TypeOrmModule.forRootAsync({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config⟨: ConfigService⟩) => ({
        ${options.trim()}
      }),
      ${
        bind &&
        code`
          dataSourceFactory: async (options) => {
            const dataSource = await new DataSource(options⟨!⟩).initialize();
            ${bind}
            return dataSource;
          },
        `.trim()
      }
    });
  `;
}

function imports(why: readonly string[], type: string | undefined): string {
  return head(
    why,
    "import { ConfigModule, ConfigService } from '@nestjs/config';",
    "import { TypeOrmModule } from '@nestjs/typeorm';",
    type,
    type && "import { DataSource } from 'typeorm';",
  );
}

/**
 * The version that matters is TypeORM's: 0.3 or 1; what is above is one of @nestjs/typeorm. poolSize came in the course
 * of 0.3, so it is not for a snippet for 0.3.
 */
function isZero({ driverVersion }: EmitInput): boolean {
  if (driverVersion === undefined || driverVersion[0] > 0) return false;
  if (driverVersion[1] >= 3) return true;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    'There is no snippet for TypeORM before 0.3, which has no DataSource.',
    {
      hint: 'Give --driver-version 0.3 or 1.',
    },
  );
}

export const nestjsTypeormMysql: Target = {
  title: 'NestJS with TypeORM on mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'typeorm-mysql',
  options: { driver: 'mysql2' },
  instead: { acquireTimeout: insteadOfAcquireTimeout },
  refusesAtOnce: true,
  render: onWholeMs((input) => {
    const { settings, why, engine } = input;
    const { connectionLimit, connectTimeoutMs, queryTimeoutMs } = settings;
    const { call, wrapper, types } = boundWait('pool', settings, null);
    return sections(
      imports(why, types),
      module(
        code`
          type: '${engine}',
          ${isZero(input) ? "connectorPackage: 'mysql2', // TypeORM 0.3 would take mysql, where it is installed" : undefined}
          ${login(3306)}
          connectTimeout: ${milliseconds(connectTimeoutMs)}
          ${queryTimeoutMs && `maxQueryExecutionTime: ${milliseconds(queryTimeoutMs)}`}
          ${queryTimeoutMs && 'enableQueryTimeout: true, // from TypeORM 0.3.23; without it the time above is only logged'}
          extra: {
            connectionLimit: ${literal(connectionLimit)},
            ${waitOptions(settings)}
          },
        `,
        call &&
          code`
            // mysql2 has no acquire timeout of its own; acquireTimeout in extra does not bound the wait.
            const { pool } = dataSource.driver⟨ as unknown as { pool: Pool }⟩;
            ${call}
          `.trim(),
      ),
      wrapper,
    );
  }),
};

export const nestjsTypeormPostgres: Target = {
  title: 'NestJS with TypeORM on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'typeorm-postgres',
  instead: { queueLimit: insteadOfQueueLimit },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs((input) => {
    const { settings, why } = input;
    const { connectionLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
    const { call, wrapper } = queueOfPg('master', settings);
    const max = isZero(input) ? `max: ${literal(connectionLimit)},` : undefined;
    const statement = queryTimeoutMs && `statement_timeout: ${literal(queryTimeoutMs)}, // ms; not through PgBouncer`;
    return sections(
      imports(why, call && "⟨import type pg from 'pg';⟩"),
      module(
        code`
          type: 'postgres',
          ${login(5432)}
          ${max === undefined ? `poolSize: ${literal(connectionLimit)},` : undefined}
          connectTimeoutMS: ${pgWait(acquireTimeoutMs)}
          ${
            (max ?? statement) &&
            code`
              extra: {
                ${max}
                ${statement}
              },
            `.trim()
          }
        `,
        call &&
          code`
            const { master } = dataSource.driver⟨ as unknown as { master: pg.Pool }⟩;
            ${call}
          `.trim(),
      ),
      wrapper,
    );
  }),
};
