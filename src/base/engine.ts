/** A kind of database server. MySQL and MariaDB speak the same protocol and differ in limits, settings and SQL. */
export type EngineId = 'postgres' | 'mysql' | 'mariadb';

/** As people write them. */
export const engineNames = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const;

/** Where it listens unless it is told otherwise. */
export const defaultPorts = { postgres: 5432, mysql: 3306, mariadb: 3306 } as const;

/** The hint where max_connections is not known for sure; with both statements where the engine is not known either. */
export function askForMaxConnections(engine: string | undefined): string {
  const [postgres, others] = ['SHOW max_connections', "SHOW VARIABLES LIKE 'max_connections'"];
  const statement = engine === undefined ? `${postgres}, or ${others}` : engine === 'postgres' ? postgres : others;
  return `Ask the server (${statement}) and give --max-connections.`;
}
