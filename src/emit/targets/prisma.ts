import { PoolctlError } from '../../base/errors.ts';
import type { PoolSettings } from '../../size/input.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { literal } from '../parts/code.ts';
import type { EmitInput, Target } from '../target.ts';
import { prismaMariadbAdapter, prismaPgAdapter } from './prisma-adapter.ts';

const title = 'Prisma 6';

/** The engine takes whole seconds, and waits without a limit at 0. */
function parameters({ connectionLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs }: PoolSettings): string {
  return [
    `connection_limit=${connectionLimit}`,
    // A deadline hardly ever leads to an acquire timeout of whole seconds.
    `pool_timeout=${Math.ceil(acquireTimeoutMs / 1_000)}`,
    `connect_timeout=${wholeSeconds(connectTimeoutMs, title, 'connect timeout')}`,
    ...(queryTimeoutMs === undefined ? [] : [`socket_timeout=${wholeSeconds(queryTimeoutMs, title, 'query timeout')}`]),
  ].join('&');
}

function meaning(ms: number): string {
  if (ms === 0) return '0 waits without a limit';
  return ms % 1_000 === 0 ? 'the wait for a connection' : `the wait for a connection, ${literal(ms)} ms rounded up`;
}

/** Up to version 6 Prisma brings an engine with a pool of its own, which the URL sets. */
function renderUrl({ settings, why, engine }: EmitInput): string {
  const { queueLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
  const protocol = engine === 'postgres' ? 'postgresql' : 'mysql';
  const user = `\${DB_USERNAME}:\${DB_PASSWORD}`;
  const server = `\${DB_HOST}:\${DB_PORT}/\${DB_DATABASE}`;
  const lines = [
    ...why,
    'For .env, with url = env("DATABASE_URL") in schema.prisma. Write the user and the password percent-encoded.',
    `Whole seconds. pool_timeout: ${meaning(acquireTimeoutMs)}.`,
    ...(queryTimeoutMs === undefined ? [] : ['socket_timeout: the wait of the client for each answer.']),
    ...(queueLimit > 0
      ? [`The engine has no queue limit: hold requests back before more than ${queueLimit} wait.`]
      : []),
  ];
  return `${remarks('#', lines)}\nDATABASE_URL="${protocol}://${user}@${server}?${parameters(settings)}"\n`;
}

/** Prisma 4 to 6. */
const inUrl: Target = {
  title: `${title} on its own engine`,
  language: 'dotenv',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'prisma-engine',
  instead: { queueLimit: 'It cannot be had: hold requests back in front of Prisma.' },
  render: renderUrl,
};

function atVersion([major]: NonNullable<EmitInput['driverVersion']>): Target | undefined {
  if (major >= 7) return undefined;
  if (major >= 4) return inUrl;
  throw new PoolctlError('INPUT_CONTRADICTION', `There is no snippet for Prisma ${major}.`, {
    hint: 'Leave --driver-version out for Prisma 7, or give 6, which is right for 4 and 5 too.',
  });
}

export const prismaPostgres: Target = { ...prismaPgAdapter, atVersion };
export const prismaMysql: Target = { ...prismaMariadbAdapter, atVersion };
