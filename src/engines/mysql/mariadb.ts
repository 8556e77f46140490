import { numberOf } from './answers.ts';
import type { MysqlDialect } from './dialect.ts';
import { connectionsByOpenFiles } from './open-files.ts';

export const mariadbDialect: MysqlDialect = {
  engine: 'mariadb',
  globalsIn: 'information_schema',
  // Counts only those that found the administrator's slot taken too; Aborted_connects alone has the others.
  countsRefused: false,
  sparesAdministrators: true,
  countsOlder: (globalLimit) => globalLimit > 0,
  timeLimits: [
    { name: 'idle_transaction_timeout', kind: 'idle in transaction', unitMs: 1_000 },
    { name: 'max_statement_time', kind: 'statement', unitMs: 1_000 },
  ],

  besides(variables) {
    const port = numberOf(variables.get('extra_port')) ?? 0;
    if (port === 0) return [];
    return [
      {
        name: `extra_port ${port}`,
        connections: numberOf(variables.get('extra_max_connections')) ?? 1,
        note: 'slots of its own; where its sessions are counted with the others, more may be free',
      },
    ];
  },

  coresSql: () => undefined,

  cores(_own, variables) {
    const count = numberOf(variables.get('thread_pool_size'));
    return count === undefined ? undefined : { count, source: 'thread_pool_size, which is the CPU count unless set' };
  },

  // 13 on 10.11, by its open files: with a limit of 200 and 29 in use, 158 sessions could be opened. 3230 = 30 + 2 * 200 * 8.
  openFiles: (variables, status) =>
    connectionsByOpenFiles(variables, status, { own: 13, atStart: 3_230, tableOpenCache: 200 }),
};
