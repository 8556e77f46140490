import { boundWait, insteadOfAcquireTimeout } from '../parts/bound-mysql2.ts';
import { code, comment, literal } from '../parts/code.ts';
import { head, login, mysql2Options, sections } from '../parts/node.ts';
import type { Target } from '../target.ts';

export const mysql2: Target = {
  title: 'mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'mysql2',
  instead: {
    acquireTimeout: insteadOfAcquireTimeout,
    queryTimeout: 'Give it with each call, as the comment in the snippet shows.',
  },
  refusesAtOnce: true,
  render: ({ settings, why, engine }) => {
    const { call, wrapper, types } = boundWait('pool.pool', settings);
    const { queryTimeoutMs } = settings;
    return sections(
      head(why, types, "import mysql from 'mysql2/promise';"),
      code`
        export const pool = mysql.createPool({
          ${login(engine)}
          ${mysql2Options(settings)}
        });
      `,
      queryTimeoutMs === undefined
        ? undefined
        : comment([`Query timeout: with each call, pool.query({ sql, timeout: ${literal(queryTimeoutMs)} }).`]),
      call,
      wrapper,
    );
  },
};
