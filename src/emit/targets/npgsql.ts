import { type DotnetDriver, dotnetClass, dotnetInstead } from '../parts/dotnet.ts';
import type { Target } from '../target.ts';

const driver: DotnetDriver = {
  title: 'Npgsql',
  namespace: 'Npgsql',
  builder: 'NpgsqlConnectionStringBuilder',
  host: 'Host',
  user: 'Username',
  port: 'int',
  limit: 'MaxPoolSize',
  timeout: 'Timeout',
  queryTimeout: 'CommandTimeout',
  longestTimeout: 1_024,
  use: 'For NpgsqlDataSource.Create() or UseNpgsql().',
};

export const npgsql: Target = {
  title: driver.title,
  language: 'csharp',
  engines: ['postgres'],
  driver: 'npgsql',
  instead: dotnetInstead,
  sets: ({ settings: { queryTimeoutMs } }) =>
    queryTimeoutMs === undefined ? {} : { 'Command Timeout': queryTimeoutMs },
  render: (input) => dotnetClass(driver, input),
};
