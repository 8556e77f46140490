import type { EngineId } from '../../base/engine.ts';

/** What a JDBC driver calls things. Its connect timeout is in seconds for PostgreSQL and in ms for the others. */
export interface JdbcDriver {
  readonly scheme: string;
  readonly className: string;
  readonly defaultPort: number;
  readonly connectTimeout: { readonly property: string; readonly unit: 'ms' | 's' };
}

/** Connector/J (MySQL and MariaDB): connectTimeout in ms. pgjdbc: connectTimeout in seconds (PGProperty.CONNECT_TIMEOUT). */
export const jdbcDrivers: Readonly<Record<EngineId, JdbcDriver>> = {
  mysql: {
    scheme: 'mysql',
    className: 'com.mysql.cj.jdbc.Driver',
    defaultPort: 3306,
    connectTimeout: { property: 'connectTimeout', unit: 'ms' },
  },
  mariadb: {
    scheme: 'mariadb',
    className: 'org.mariadb.jdbc.Driver',
    defaultPort: 3306,
    connectTimeout: { property: 'connectTimeout', unit: 'ms' },
  },
  postgres: {
    scheme: 'postgresql',
    className: 'org.postgresql.Driver',
    defaultPort: 5432,
    connectTimeout: { property: 'connectTimeout', unit: 's' },
  },
};
