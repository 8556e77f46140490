import type { Reader } from '../reader.ts';

/** Keys of the address and the login in a JVM data source, in any of the places that it is configured in. */
export const jvmLogin: readonly string[] = [
  ...['url', 'jdbcUrl', 'username', 'user', 'password', 'driverClassName', 'driverClass', 'driver'],
  ...[
    'type',
    'name',
    'factory',
    'auth',
    'class',
    'id',
    'scope',
    'singleton',
    'closeMethod',
    'destroyMethod',
    'initMethod',
  ],
  ...['jndiName', 'generateUniqueName', 'embeddedDatabaseConnection', 'uniqueResourceName', 'enabled'],
  ...['connectionProperties.user', 'connectionProperties.password'],
];

/** What spring.datasource has that is Spring Boot's own, by the names that it has had since version 1. */
export const springDatasourceOthers: Reader['others'] = {
  continueOnError: "goes on when a script of Spring Boot's fails",
  data: 'names a script that fills tables at the start',
  dataPassword: 'is the login for that script',
  dataUsername: 'is the login for that script',
  initialize: 'decides whether Spring Boot runs scripts at the start',
  initializationMode: 'decides whether Spring Boot runs scripts at the start',
  platform: 'chooses among the scripts for the start',
  schema: 'names a script that makes tables at the start',
  schemaPassword: 'is the login for that script',
  schemaUsername: 'is the login for that script',
  separator: 'separates the statements of those scripts',
  sqlScriptEncoding: 'is the encoding of those scripts',
};
