import { PoolctlError } from '../../base/errors.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { lackedBounds, needsTurns, turnCall, turnParameter, turns, waitingWords } from '../parts/gate.ts';
import { head, onWholeMs, sections } from '../parts/node.ts';
import type { EmitInput, Target } from '../target.ts';

const insteadOfBoth = 'The snippet lets requests wait their turn in takeTurns(), which bounds queue and wait.';

/** It is written with the name of the pool's size that all versions know: maxPoolSize does nothing in 47.3.2. */
export const slonik: Target = {
  title: 'Slonik',
  language: 'ts',
  engines: ['postgres'],
  driver: 'slonik',
  instead: { queueLimit: insteadOfBoth, acquireTimeout: insteadOfBoth },
  refusesAtOnce: true,
  render: onWholeMs(render),
};

function render({ settings, why, driverVersion }: EmitInput): string {
  if (driverVersion !== undefined && driverVersion[0] < 33) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'The snippet for Slonik is for version 33 and later.', {
      hint: 'Earlier versions were not looked at.',
    });
  }
  const { connectionLimit, connectTimeoutMs, queryTimeoutMs } = settings;
  const isBound = needsTurns(settings);
  return sections(
    head(why, "⟨import type { DatabasePool } from 'slonik';⟩", "import { createPool, stringifyDsn } from 'slonik';"),
    code`
      const address = stringifyDsn({
        host: process.env.DB_HOST⟨!⟩,
        port: Number(process.env.DB_PORT ?? 5432),
        username: process.env.DB_USERNAME⟨!⟩,
        password: process.env.DB_PASSWORD⟨!⟩,
        databaseName: process.env.DB_DATABASE⟨!⟩,
      });

      let pool⟨: Promise<DatabasePool> | undefined⟩;

      /** The pool, which the first call opens: \`const pool = await getPool();\` */
      export async function getPool()⟨: Promise<DatabasePool>⟩ {
        pool ??= createPool(address, {
          maximumPoolSize: ${literal(connectionLimit)}, // maxPoolSize in the newest versions, which know this name too
          connectionTimeout: ${limit(connectTimeoutMs)}
          ${queryTimeoutMs === undefined ? undefined : `statementTimeout: ${limit(queryTimeoutMs, '; not through PgBouncer')}`}
        })
          ${isBound ? `.then((opened) => ${turnCall('opened', settings)})` : undefined}
          .catch((error⟨: unknown⟩) => {
            pool = undefined; // the next call tries again
            throw error;
          });
        return pool;
      }
    `,
    isBound ? takeTurns(settings) : undefined,
  );
}

/** 0 would be 1 ms. */
function limit(ms: number, note = ''): string {
  return ms > 0 ? `${milliseconds(ms)}${note}` : "'DISABLE_TIMEOUT',";
}

function takeTurns(settings: EmitInput['settings']): string {
  const { type, parameter } = turnParameter(settings);
  return code`
    ${type}

    /**
     * Slonik ${lackedBounds(settings)}. Lets connectionLimit requests have a connection at a time;
     * ${waitingWords(settings)}.
     */
    function takeTurns(pool⟨: DatabasePool⟩, ${parameter})⟨: DatabasePool⟩ {
      ${turns(settings)}

      for (const name of [
        ${methods}
      ]⟨ as const⟩) {
        if (!(name in pool)) continue; // in this version of Slonik
        const request = pool[name]⟨ as (...args: unknown[]) => Promise<unknown>⟩;
        const inTurn = async (...args⟨: unknown[]⟩) => {
          await enter();
          return request(...args).finally(leave);
        };
        Object.assign(pool, { [name]: inTurn });
      }
      return pool;
    }
  `;
}

/** The pool's methods that take a connection. */
const methods = [
  ['any', 'anyFirst', 'connect', 'exists', 'many', 'manyFirst', 'maybeOne', 'maybeOneFirst', 'one', 'oneFirst'],
  ['query', 'record', 'stream', 'transaction'],
]
  .map((row) => `${row.map((name) => `'${name}'`).join(', ')},`)
  .join('\n');
