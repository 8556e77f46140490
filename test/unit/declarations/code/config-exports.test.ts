import { expect, it } from 'vitest';
import { analysed, optionsOf } from '../../../helpers/code.ts';

const cases: [path: string, code: string, ...pools: string[]][] = [
  ['knexfile.js', "module.exports = { client: 'pg', pool: { max: 5 } }", 'knex knexfile - | client "pg" | pool.max 5'],
  [
    'knexfile.ts',
    "import type { Knex } from 'knex'; const common = { client: 'pg' }; const config: { [key: string]: Knex.Config } = { development: { ...common }, production: { ...common, pool: { max: 20 } } }; export default config;",
    'knex knexfile development | client "pg"',
    'knex knexfile production | client "pg" | pool.max 20',
  ],
  [
    'config/config.js',
    "module.exports = { production: { dialect: 'postgres', use_env_variable: 'DATABASE_URL', pool: { max: 20 } } }",
    'sequelize config of sequelize-cli production | dialect "postgres" | use_env_variable "DATABASE_URL" | pool.max 20',
  ],
  [
    'ormconfig.ts',
    "export default { type: 'mysql', extra: { connectionLimit: 5 } }",
    'typeorm-mysql ormconfig - | type "mysql" | extra.connectionLimit 5',
  ],
  [
    'config/database.js',
    "module.exports = ({ env }) => ({ connection: { client: 'postgres', connection: { host: env('HOST') }, pool: { min: env.int('DATABASE_POOL_MIN', 2), max: env.int('DATABASE_POOL_MAX', 10) } } })",
    'knex database of Strapi - | client "postgres" | connection.host ? no file of the project sets HOST | pool.min 2 | pool.max 10',
  ],
  [
    'mikro-orm.config.ts',
    "import { defineConfig } from '@mikro-orm/postgresql'; export default defineConfig({ pool: { max: 5 } });",
    'mikro-orm-5-6 mikro-orm.config - | pool.max 5',
  ],
  ['config/database.js', 'module.exports = { url: process.env.MONGO_URL }'],
  ['src/config.js', "module.exports = { client: 'pg', pool: { max: 5 } }"],
];

it.each(cases)('%s: %s', (path, code, ...pools) => {
  const found = analysed({ [path]: code }).pools;
  expect(
    found.map((pool) => [`${pool.library} ${pool.made} ${pool.environment ?? '-'}`, ...optionsOf(pool)].join(' | ')),
  ).toEqual(pools);
});
