import type { LiveTimeLimit, ServerFacts } from '../facts.ts';
import { type Row, textIn } from '../rows.ts';
import { numberOf } from './answers.ts';
import { connectionsByOpenFiles, type OpenFiles } from './open-files.ts';

/** Where MySQL and MariaDB differ. */
export interface MysqlDialect {
  readonly engine: 'mysql' | 'mariadb';
  /** The schema whose tables GLOBAL_VARIABLES and SESSION_STATUS every user may read. */
  readonly globalsIn: 'information_schema' | 'performance_schema';
  /** Doors that are no slots of max_connections, from the variables. */
  besides(variables: ReadonlyMap<string, string>): ServerFacts['limits']['besides'];
  /** Clocks that are not the same in both. */
  readonly timeLimits: readonly {
    readonly name: string;
    readonly kind: LiveTimeLimit['kind'];
    readonly unitMs: number;
  }[];
  /** Whether Connection_errors_max_connections has all of the refused. */
  readonly countsRefused: boolean;
  /** Whether the global max_user_connections leaves out administrators; a limit of their own account binds them in both. */
  readonly sparesAdministrators: boolean;
  /** Whether sessions from before there was a limit count against it. MariaDB counts all where it started with a global one. */
  countsOlder(globalLimit: number): boolean;
  /** An expression that tells the cores, where one does in this version. */
  coresSql(version: string): string | undefined;
  cores(own: Row | undefined, variables: ReadonlyMap<string, string>): ServerFacts['cores'];
  /** Where open files let in fewer connections than max_connections says. */
  openFiles(variables: ReadonlyMap<string, string>, status: ReadonlyMap<string, string>): OpenFiles | undefined;
}

export const mysqlDialect: MysqlDialect = {
  engine: 'mysql',
  globalsIn: 'performance_schema',
  countsRefused: true,
  sparesAdministrators: false,
  countsOlder: () => false,
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

  // 14 on 9.7: with a limit of 200 and 6 in use, 180 sessions could be opened. 810 = 10 + 2 * 400.
  openFiles: (variables, status) =>
    connectionsByOpenFiles(variables, status, { own: 14, atStart: 810, tableOpenCache: 400 }),
};
