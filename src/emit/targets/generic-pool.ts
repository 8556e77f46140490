import { PoolctlError } from '../../base/errors.ts';
import { queueOfGenericPool } from '../parts/bound-queues.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { head, insteadOfQueryTimeout, sections } from '../parts/node.ts';
import { session } from '../parts/session.ts';
import type { EmitInput, Target } from '../target.ts';

const common = { language: 'ts', driver: 'generic-pool', refusesAtOnce: true, render } as const;

export const genericPoolPg: Target = {
  ...common,
  title: 'generic-pool on pg',
  engines: ['postgres'],
  instead: {
    connectTimeout: 'The snippet gives it to pg, in connect().',
    queryTimeout: 'The snippet gives it to pg as statement_timeout, in connect().',
  },
};

export const genericPoolMysql2: Target = {
  ...common,
  title: 'generic-pool on mysql2',
  engines: ['mysql', 'mariadb'],
  instead: {
    connectTimeout: 'The snippet gives it to mysql2, in connect().',
    queryTimeout: insteadOfQueryTimeout,
  },
};

function render({ settings, why, engine, driverVersion }: EmitInput): string {
  if (driverVersion !== undefined && driverVersion[0] < 3) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'The snippet for generic-pool is for version 3 and later.', {
      hint: 'Version 2 has callbacks instead of promises, and no acquire timeout.',
    });
  }
  const { connectionLimit, acquireTimeoutMs } = settings;
  const { call, wrapper } = queueOfGenericPool('pool', settings);
  const { node, driver, text } = session(engine, settings);
  return sections(
    head(
      why,
      node,
      "import { setTimeout as pause } from 'node:timers/promises';",
      wrapper && "⟨import type { Pool } from 'generic-pool';⟩",
      "import { createPool } from 'generic-pool';",
      driver,
    ),
    text,
    code`
      export const pool = createPool(
        {
          async create() {
            try {
              return await connect();
            } catch (error) {
              await pause(500); // ms; generic-pool tries again at once
              throw error;
            }
          },
          destroy: (connection) => connection.end(),
          validate: async (connection) => isOpen(connection),
        },
        {
          max: ${literal(connectionLimit)},
          ${acquireTimeoutMs > 0 ? `acquireTimeoutMillis: ${milliseconds(acquireTimeoutMs)}` : undefined}
          testOnBorrow: true, // calls validate
        },
      );

      // Waiting requests do not get the error when no connection can be opened.
      pool.on('factoryCreateError', (error) => console.error('no connection:', error.message));
    `,
    call,
    wrapper,
  );
}
