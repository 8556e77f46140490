import { dbcpLogin, dbcpOthers, pickDbcp } from '../dbcp.ts';
import type { Reader } from '../reader.ts';
import { springSections } from '../spring.ts';

/** spring.datasource.dbcp2.*, and the properties of BasicDataSourceFactory. */
export const dbcp2Reader: Reader = {
  title: 'Apache Commons DBCP 2',
  formats: ['properties', 'yaml'],
  drivers: ['dbcp2'],
  rivals: ['dbcp1', 'tomcat-jdbc'],
  login: dbcpLogin,
  others: {
    ...dbcpOthers,
    abandonedUsageTracking: 'records who used a connection last',
    cacheState: 'remembers auto-commit and read-only of a connection',
    clearStatementPoolOnReturn: 'empties the statement cache of a connection that is given back',
    connectionFactoryClassName: 'opens the connections',
    connectionInitSqls: 'is run on every new connection',
    defaultSchema: 'is the default schema of connections',
    disconnectionSqlCodes: 'decides which errors close a connection',
    enableAutoCommitOnReturn: 'turns auto-commit on again when a connection is given back',
    evictionPolicyClassName: 'decides which idle connections are closed',
    fastFailValidation: 'fails the test of a connection that had a fatal error',
    jmxName: 'registers the pool with JMX',
    lifo: 'lends the connection that was given back last',
    logExpiredConnections: 'logs connections that have become too old',
    rollbackOnReturn: 'rolls back when a connection is given back',
    testOnCreate: 'tests a new connection',
  },
  sections: (entries) => springSections(entries, 'dbcp2'),
  pick(entries, context) {
    return pickDbcp(entries, { pool: 'dbcp2', driver: 'dbcp2', initSql: 'connectionInitSqls' }, this, context);
  },
};
