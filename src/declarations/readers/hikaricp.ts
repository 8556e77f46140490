import type { DeclaredEntry } from '../entry.ts';
import { jdbcConnectTimeout, jdbcEngine, sessionQueryTimeout, urlConnectTimeout } from '../jdbc.ts';
import { elementsMarked } from '../jvm/pool-entries.ts';
import type { PickedOption, Reader } from '../reader.ts';
import { springOptions, springSections } from '../spring.ts';

/** spring.datasource.hikari.* as YAML or properties, and HikariCP's own properties. */
export const hikaricpReader: Reader = {
  title: 'HikariCP',
  formats: ['yaml', 'properties', 'xml'],
  drivers: ['hikaricp'],
  hasSuffixes: true,
  login: [
    'url',
    'jdbcUrl',
    'username',
    'password',
    'driverClassName',
    'dataSourceClassName',
    'dataSourceJndi',
    'dataSourceJNDI',
    'jndiName',
    'type',
    ...['class', 'factory', 'auth', 'id', 'scope', 'destroyMethod'],
    'name',
    'generateUniqueName',
    'embeddedDatabaseConnection',
    'dataSource.user',
    'dataSource.password',
    'dataSource.url',
    'dataSource.serverName',
    'dataSource.portNumber',
    'dataSource.databaseName',
    'dataSourceProperties.user',
    'dataSourceProperties.password',
    'xa.*',
  ],
  others: {
    autoCommit: 'decides whether connections commit by themselves',
    allowPoolSuspension: 'lets the pool be suspended through JMX',
    catalog: 'is the default catalog of connections',
    connectionInitSql: 'is run on every new connection',
    'dataSource.*': 'is a property of the JDBC driver',
    dataSourceProperties: 'holds properties of the JDBC driver',
    'dataSourceProperties.*': 'is a property of the JDBC driver',
    exceptionOverrideClassName: 'decides which errors close a connection',
    healthCheckProperties: 'configures health checks',
    'healthCheckProperties.*': 'configures health checks',
    healthCheckRegistry: 'receives health checks',
    isolateInternalQueries: "keeps the pool's own queries in a transaction of their own",
    metricRegistry: 'receives metrics',
    metricsTrackerFactory: 'receives metrics',
    poolName: 'names the pool in logs and metrics',
    readOnly: 'makes connections read-only',
    registerMbeans: 'registers the pool with JMX',
    scheduledExecutor: 'runs the housekeeping',
    schema: 'is the default schema of connections',
    threadFactory: 'makes the threads of the pool',
    transactionIsolation: 'is the default isolation of transactions',
  },
  sections: (entries, { format }) =>
    format === 'xml' ? elementsMarked(entries, /\bcom\.zaxxer\.hikari\./) : springSections(entries, 'hikari'),
  pick(entries, context) {
    const names = { options: context.namesOf('hikaricp'), others: [...Object.keys(this.others), ...this.login] };
    const around = { ...context, ownFormats: this.formats };
    const { isMarked, options, datasource } = springOptions(entries, 'hikari', names, around);
    const all = [...datasource, ...options];
    const isNamed = all.some(
      ({ name, value }) => /^(?:type|class|factory)$/.test(name) && /hikari/i.test(String(value)),
    );
    const engine = context.engine ?? all.map(({ value }) => jdbcEngine(String(value))).find(Boolean);
    const direct = all.flatMap((option) => {
      if (option.name === 'connectionInitSql') return sessionQueryTimeout(option);
      if (/^(?:url|jdbcUrl)$/.test(option.name)) return urlConnectTimeout(option, engine);
      const property = /^dataSource(?:Properties)?\.(.+)$/.exec(option.name)?.[1];
      return property === undefined ? [] : jdbcConnectTimeout(property, String(option.value), option, engine);
    });
    return {
      driver: 'hikaricp',
      isMarked: isMarked || isNamed,
      options: all,
      direct,
      ...(engine && { engine }),
      ...(isImpliedIn(entries, datasource) && { isImplied: true as const }),
    };
  },
};

/** Spring Boot makes a pool of HikariCP of a URL, where nothing names another (since version 2). */
function isImpliedIn(entries: readonly DeclaredEntry[], datasource: readonly PickedOption[]): boolean {
  const value = (name: string) => datasource.find((option) => option.name === name)?.value;
  const isOther = entries.some(({ key }) =>
    /(?:^|\.)(?:druid|c3p0|dbcp2?|tomcat|agroal|oracleucp|dynamic)\./i.test(key),
  );
  return !isOther && value('type') === undefined && jdbcEngine(String(value('url') ?? '')) !== undefined;
}
