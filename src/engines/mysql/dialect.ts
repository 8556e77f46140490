import { textIn } from '../rows.ts';
import { type MysqlDialect, numberOf } from './facts.ts';
import { connectionsByOpenFiles } from './open-files.ts';

export const mysqlDialect: MysqlDialect = {
  engine: 'mysql',
  globalsIn: 'performance_schema',
  countsRefused: true,
  timeLimits: [{ name: 'max_execution_time', kind: 'statement', unitMs: 1 }],

  besides(variables) {
    if (!variables.get('admin_address')) return [];
    return [
      {
        name: `admin port ${variables.get('admin_port')}`,
        note: 'never refused, but its sessions take slots of max_connections',
      },
    ];
  },

  /** Readable with RESOURCE_GROUP_ADMIN or RESOURCE_GROUP_USER only; other users get no row. */
  coresSql(version) {
    if (/^5\./.test(version)) return undefined;
    return `(SELECT VCPU_IDS FROM information_schema.RESOURCE_GROUPS WHERE RESOURCE_GROUP_NAME = 'USR_default')`;
  },

  cores(own) {
    const [from, to] = (textIn(own, 'cores') ?? '').split('-').map(numberOf);
    return from === undefined
      ? undefined
      : { count: (to ?? from) - from + 1, source: 'VCPU_IDS of the resource group USR_default' };
  },

  // 14 on 9.7: with a limit of 200 and 6 in use, 180 sessions could be opened.
  openFiles: (variables, status) => connectionsByOpenFiles(variables, status, 14),
};
