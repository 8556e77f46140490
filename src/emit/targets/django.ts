import type { EngineId } from '../../base/engine.ts';
import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { psycopgLimits, setsOnPsycopg } from '../parts/psycopg-pool.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'Django';

/** How long a thread keeps its connection. */
const keptMs = 600_000;

const backends: Readonly<Record<EngineId, { name: string; defaultPort: number }>> = {
  postgres: { name: 'postgresql', defaultPort: 5432 },
  mysql: { name: 'mysql', defaultPort: 3306 },
  mariadb: { name: 'mysql', defaultPort: 3306 },
};

/** Django has a pool from 5.1 on, for PostgreSQL with psycopg 3. */
export const djangoPool: Target = {
  title,
  language: 'python',
  engines: ['postgres'],
  driver: 'django',
  instead: {},
  refusesAtOnce: true,
  sets: (input) => ({ pool: input.settings.connectionLimit, ...setsOnPsycopg(input) }),
  render: pooled,
  atVersion: ([major, minor]) => (major > 5 || (major === 5 && minor >= 1) ? undefined : djangoThreads),
};

/** Before 5.1, and with MySQL, every thread has a connection of its own. */
export const djangoThreads: Target = {
  title: 'Django without a pool',
  language: 'python',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'django',
  options: { lacks: 'OPTIONS.pool.' },
  has: { queueLimit: false, acquireTimeout: false },
  sets: () => ({ CONN_MAX_AGE: keptMs }),
  instead: {},
  render: threaded,
};

function pooled(input: EmitInput): string {
  const { settings, why } = input;
  return code`
    ${remarks('#', why)}
    import os

    DATABASES = {
        "default": {
            ${login(input)}
            "OPTIONS": {
                ${timeouts(input)}
                # Django 5.1 and later, psycopg 3 with its pool: pip install "psycopg[pool]". One for each process.
                "pool": {
                    ${psycopgLimits(settings, (name, value) => `"${name}": ${value},`)}
                },
            },
        },
    }
  `;
}

function threaded(input: EmitInput): string {
  const { settings, why, engine } = input;
  return code`
    ${remarks('#', why)}
    # There is no pool: Django has one from 5.1 on, for PostgreSQL${engine === 'postgres' ? '' : ' only'}. Here every thread opens a connection of
    # its own, so ${settings.connectionLimit} connections mean at most ${settings.connectionLimit} threads in each process, and no request waits for one.
    import os

    DATABASES = {
        "default": {
            ${login(input)}
            "CONN_MAX_AGE": ${keptMs / 1_000},  # seconds that a thread keeps its connection; 0 opens one for each request
            "OPTIONS": {
                ${timeouts(input)}
            },
        },
    }
  `;
}

function login({ engine }: EmitInput): string {
  const { name, defaultPort } = backends[engine];
  return code`
    "ENGINE": "django.db.backends.${name}",
    "HOST": os.environ["DB_HOST"],
    "PORT": os.environ.get("DB_PORT", "${defaultPort}"),
    "USER": os.environ["DB_USERNAME"],
    "PASSWORD": os.environ["DB_PASSWORD"],
    "NAME": os.environ["DB_DATABASE"],
  `.trimEnd();
}

function timeouts({ settings: { connectTimeoutMs, queryTimeoutMs }, engine }: EmitInput): string {
  const lines = [`"connect_timeout": ${wholeSeconds(connectTimeoutMs, title, 'connect timeout')},  # seconds`];
  if (queryTimeoutMs !== undefined) {
    const { sql, note } = statementLimit(engine, queryTimeoutMs);
    lines.push(
      engine === 'postgres'
        ? `"options": "-c statement_timeout=${wholeMs(queryTimeoutMs)}",  # ${note}`
        : `"init_command": "${sql}",  # ${note}`,
    );
  }
  return lines.join('\n');
}
