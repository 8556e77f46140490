import { dbcpOthers, splitProperties } from '../dbcp.ts';
import type { DeclaredEntry, FileFormat } from '../entry.ts';
import { driverSettings, engineOf } from '../jvm/driver-settings.ts';
import { isOfSpring } from '../jvm/pool-entries.ts';
import { relaxedName } from '../jvm/relaxed-name.ts';
import { jvmLogin, springDatasourceOthers } from '../jvm/spring-datasource.ts';
import { interceptorTimeout, tomcatPools } from '../jvm/tomcat-pools.ts';
import type { PickedOption, Reader } from '../reader.ts';
import { entriesBelow } from '../sections.ts';

/** Tomcat's own pool: a Resource of context.xml, spring.datasource.tomcat.*, and the properties of its DataSourceFactory. */
export const tomcatReader: Reader = {
  title: 'Tomcat JDBC',
  claims: ({ file, text }) => /\.xml$/.test(file) && text.includes('org.apache.tomcat.jdbc.pool'),
  made: 'spring.datasource.tomcat',
  formats: ['properties', 'yaml', 'xml'],
  drivers: ['tomcat-jdbc'],
  rivals: ['dbcp1', 'dbcp2', 'druid'],
  login: [...jvmLogin, 'dataSource', 'dataSourceJNDI'],
  others: {
    ...springDatasourceOthers,
    ...dbcpOthers,
    alternateUsernameAllowed: 'lets callers log in with names of their own',
    commitOnReturn: 'commits when a connection is given back',
    fairQueue: 'serves waiting callers in their order',
    ignoreExceptionOnPreLoad: 'starts without the first connections where they cannot be opened',
    initSQL: 'is run on every new connection',
    jdbcInterceptors: 'adds interceptors',
    jmxEnabled: 'registers the pool with JMX',
    logValidationErrors: 'logs why a test has failed',
    propagateInterruptState: 'keeps the interrupt of a thread that waited',
    rollbackOnReturn: 'rolls back when a connection is given back',
    testOnConnect: 'tests a new connection',
    useDisposableConnectionFacade: 'keeps a connection from being used after it was given back',
    useEquals: 'compares names of methods by equals',
    useLock: 'locks connections while they are used',
    useStatementFacade: 'wraps statements',
    validatorClassName: 'tests whether a connection still works',
  },
  sections: tomcatPools,
  pick(entries, context) {
    const known = [...context.namesOf('tomcat-jdbc'), ...Object.keys(this.others), ...this.login];
    const [pool] = tomcatPools(entries);
    const options = (pool?.entries ?? unmarked(entries, context.format)).flatMap((entry) =>
      tomcatOption(entry, known, pool?.entries ?? []),
    );
    const engine = context.engine ?? engineOf(options);
    return {
      driver: 'tomcat-jdbc',
      isMarked: pool !== undefined,
      options,
      direct: [...driverSettings(options, engine, ['initSQL']), ...options.flatMap(interceptorTimeout)],
      ...(engine && { engine }),
      ...(pool === undefined && isOfSpring(entries) && { remarks: [old] }),
    };
  },
};

const old = {
  message: 'Options of a pool in spring.datasource itself are those of Tomcat JDBC up to Spring Boot 1.3.',
  hint: 'Since 1.4 they do nothing there, and the pool has its defaults: they belong below spring.datasource.tomcat.',
} as const;

/** The properties of DataSourceFactory; or spring.datasource itself, which was the pool's until Spring Boot 1.3. */
function unmarked(entries: readonly DeclaredEntry[], format: FileFormat): readonly DeclaredEntry[] {
  if (isOfSpring(entries)) return entriesBelow(entries, 'spring.datasource');
  return format === 'properties' ? entries : [];
}

function tomcatOption(entry: DeclaredEntry, known: readonly string[], pool: readonly DeclaredEntry[]): PickedOption[] {
  const below = /^tomcat\.(.+)$/i.exec(entry.key)?.[1];
  const name = relaxedName(below ?? entry.key, known);
  const isBeside = below === undefined && pool.some(({ key }) => /^tomcat\./i.test(key));
  const isMisplaced = isBeside && known.includes(name) && !jvmLogin.includes(name) && !(name in springDatasourceOthers);
  const misplaced = isMisplaced
    ? 'Spring Boot does not hand it to the pool from here; it belongs below tomcat'
    : name === 'queryTimeout'
      ? 'it is a property of QueryTimeoutInterceptor, in jdbcInterceptors'
      : undefined;
  const option: PickedOption = { ...entry, name, ...(misplaced !== undefined && { misplaced }) };
  return name === 'connectionProperties' ? splitProperties(option) : [option];
}
