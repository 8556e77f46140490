import { remarks, withinSetting } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { poolerLimits, poolerReasons } from '../parts/pooler.ts';
import type { Target } from '../target.ts';

const title = 'ProxySQL';
const day = 86_400_000;

/**
 * Comments stand only before UPDATE: the admin interface knows SET, LOAD and SAVE by how a statement starts, and some
 * clients send a comment with the statement below it. The ranges are those of lib/MySQL_Thread.cpp at 5cc418b; beyond
 * them a variable silently keeps its value.
 */
export const proxysql: Target = {
  title,
  language: 'sql',
  engines: ['mysql', 'mariadb'],
  driver: 'proxysql',
  isPooler: true,
  refusesAtOnce: true,
  instead: {},
  render: (input) => {
    const { settings, why } = input;
    const limits = poolerLimits(input, title);
    const reasons = poolerReasons(input, limits);
    const acquire = withinSetting(settings.acquireTimeoutMs, 10, 3_600_000, title, 'acquire timeout');
    const connect = withinSetting(settings.connectTimeoutMs, 10, 120_000, title, 'connect timeout');
    return code`
      ${remarks('--', why)}
      -- For the admin interface. Hostgroup 0 is where the backends are: change it if yours are in another.
      -- Connections to each backend: ${reasons.server}.
      UPDATE mysql_servers SET max_connections = ${limits.serverConnections} WHERE hostgroup_id = 0;
      -- Clients: ${reasons.clients}.
      ${variable('mysql-max_connections', limits.clients)}
      -- Times are ms. The longest wait for a connection to a backend, retries included:
      ${variable('mysql-connect_timeout_server_max', acquire)}
      -- The longest attempt to open one:
      ${variable('mysql-connect_timeout_server', connect)}
      ${settings.queryTimeoutMs === undefined ? undefined : variable('mysql-default_query_timeout', withinSetting(settings.queryTimeoutMs, 1_000, 20 * day, title, 'query timeout'))}
      LOAD MYSQL SERVERS TO RUNTIME;
      SAVE MYSQL SERVERS TO DISK;
      LOAD MYSQL VARIABLES TO RUNTIME;
      SAVE MYSQL VARIABLES TO DISK;
    `;
  },
};

function variable(name: string, value: number): string {
  return `UPDATE global_variables SET variable_value = '${value}' WHERE variable_name = '${name}';`;
}
