import { dbcpLogin, dbcpOthers, pickDbcp } from '../dbcp.ts';
import type { Reader } from '../reader.ts';

/** spring.datasource.tomcat.*: Tomcat's own pool, whose options are named as those of DBCP. */
export const tomcatReader: Pick<Reader, 'others' | 'login' | 'pick'> = {
  login: dbcpLogin,
  others: { ...dbcpOthers, jdbcInterceptors: 'adds interceptors', jmxEnabled: 'registers the pool with JMX' },
  pick(entries, context) {
    return pickDbcp(entries, { pool: 'tomcat', driver: 'tomcat-jdbc', initSql: 'initSQL' }, this, context);
  },
};
