import type { EngineId } from '../../base/engine.ts';
import { code, literal } from '../parts/code.ts';
import { lackedBounds, needsTurns, turnCall, turnParameter, turns, waitingWords } from '../parts/gate.ts';
import { head, sections, statementTimeout } from '../parts/node.ts';
import type { EmitInput, Target } from '../target.ts';

const insteadOfBoth = 'The snippet lends connections with withConnection(), which bounds queue and wait.';

const common = { title: 'Bun.SQL', language: 'ts', driver: 'bun-sql', refusesAtOnce: true, render } as const;

export const bunSqlPostgres: Target = {
  ...common,
  engines: ['postgres'],
  instead: { queueLimit: insteadOfBoth, acquireTimeout: insteadOfBoth },
};

export const bunSqlMysql: Target = {
  ...common,
  engines: ['mysql', 'mariadb'],
  has: { queryTimeout: false },
  instead: {
    queueLimit: insteadOfBoth,
    acquireTimeout: insteadOfBoth,
    queryTimeout: 'Set it on the server: max_execution_time of MySQL, max_statement_time of MariaDB or of its user.',
  },
};

function render({ settings, why, engine }: EmitInput): string {
  const { connectionLimit, connectTimeoutMs, queryTimeoutMs } = settings;
  const isBound = needsTurns(settings);
  return sections(
    head(why, isBound && "⟨import type { ReservedSQL } from 'bun';⟩", "import { SQL } from 'bun';"),
    code`
      ${isBound ? '/** Its own queries are not bound: they share connections. */' : undefined}
      export const sql = new SQL({
        adapter: '${engine}',
        ${login(engine)}
        max: ${literal(connectionLimit)}, // the first query opens all of them
        connectionTimeout: ${literal(connectTimeoutMs / 1000)}, // s
        ${engine === 'postgres' && queryTimeoutMs ? session(queryTimeoutMs) : undefined}
      });
    `,
    isBound ? withConnection(settings) : undefined,
  );
}

function login(engine: EngineId): string {
  return [
    'hostname: process.env.DB_HOST,',
    `port: Number(process.env.DB_PORT ?? ${engine === 'postgres' ? 5432 : 3306}),`,
    'username: process.env.DB_USERNAME,',
    'password: process.env.DB_PASSWORD,',
    'database: process.env.DB_DATABASE,',
    ...(engine === 'mysql' ? ['allowPublicKeyRetrieval: true, // without TLS; with tls leave it out'] : []),
  ].join('\n');
}

function session(queryTimeoutMs: number): string {
  return `connection: {\n  ${statementTimeout(Math.ceil(queryTimeoutMs))}\n},`;
}

function withConnection(settings: EmitInput['settings']): string {
  const { type, parameter } = turnParameter(settings);
  return code`
    ${type}

    /** Lends a connection: withConnection((sql) => sql\`select 1\`). Bun ${lackedBounds(settings)}. */
    export const withConnection = ${turnCall('sql', settings)};

    /**
     * Lends connectionLimit connections at a time;
     * ${waitingWords(settings)}.
     */
    function takeTurns(pool⟨: SQL⟩, ${parameter}) {
      ${turns(settings)}

      return async function lend⟨<T>⟩(work⟨: (sql: ReservedSQL) => PromiseLike<T>⟩)⟨: Promise<T>⟩ {
        await enter();
        try {
          const reserved = await pool.reserve();
          try {
            return await work(reserved);
          } finally {
            await reserved.release();
          }
        } finally {
          leave();
        }
      };
    }
  `;
}
