import { textIn } from '../rows.ts';
import { allowed, type MysqlDialect, numberOf } from './facts.ts';

export const mysqlDialect: MysqlDialect = {
  engine: 'mysql',
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
  async cores(session) {
    const sql = `SELECT VCPU_IDS AS ids FROM information_schema.RESOURCE_GROUPS WHERE RESOURCE_GROUP_NAME = 'USR_default'`;
    const ids = textIn((await allowed(session, sql))?.[0], 'ids');
    const [from, to] = (ids ?? '').split('-').map(numberOf);
    return from === undefined
      ? undefined
      : { count: (to ?? from) - from + 1, source: 'VCPU_IDS of the resource group USR_default' };
  },
};
