import { type DotnetDriver, dotnetClass, dotnetInstead } from '../parts/dotnet.ts';
import type { Target } from '../target.ts';

const driver: DotnetDriver = {
  title: 'MySqlConnector',
  namespace: 'MySqlConnector',
  builder: 'MySqlConnectionStringBuilder',
  host: 'Server',
  user: 'UserID',
  port: 'uint',
  limit: 'MaximumPoolSize',
  timeout: 'ConnectionTimeout',
  queryTimeout: 'DefaultCommandTimeout',
  longestTimeout: 2_147_483,
  use: 'For new MySqlDataSource() or UseMySql().',
};

export const mysqlConnector: Target = {
  title: driver.title,
  language: 'csharp',
  engines: ['mysql', 'mariadb'],
  driver: 'mysqlconnector',
  instead: dotnetInstead,
  sets: ({ settings: { queryTimeoutMs } }) =>
    queryTimeoutMs === undefined ? {} : { 'Default Command Timeout': queryTimeoutMs },
  render: (input) => dotnetClass(driver, input),
};
