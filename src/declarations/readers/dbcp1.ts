import { dbcpLogin, dbcpOthers, pickDbcp } from '../dbcp.ts';
import type { Reader } from '../reader.ts';
import { springSections } from '../spring.ts';

/** spring.datasource.dbcp.* of Spring Boot 1, and the properties of BasicDataSourceFactory. Tomcat's pool has the same names. */
export const dbcp1Reader: Reader = {
  title: 'Apache Commons DBCP 1.x',
  formats: ['properties', 'yaml'],
  drivers: ['dbcp1'],
  rivals: ['dbcp2', 'tomcat-jdbc'],
  login: dbcpLogin,
  others: {
    ...dbcpOthers,
    initConnectionSqls: 'is run on every new connection',
    validationQueryTimeout: 'limits the test of a connection',
  },
  sections: (entries) => springSections(entries, 'dbcp'),
  pick(entries, context) {
    return pickDbcp(entries, { pool: 'dbcp', driver: 'dbcp1', initSql: 'initConnectionSqls' }, this, context);
  },
};
