import { splitProperties } from '../dbcp.ts';
import type { DeclaredEntry } from '../entry.ts';
import { driverSettings, engineOf } from '../jvm/driver-settings.ts';
import { druidPools } from '../jvm/druid-pools.ts';
import { isOfSpring } from '../jvm/pool-entries.ts';
import { relaxedName } from '../jvm/relaxed-name.ts';
import { jvmLogin, springDatasourceOthers } from '../jvm/spring-datasource.ts';
import type { PickedOption, Reader } from '../reader.ts';

/** As nearly everybody calls the properties of DruidDataSourceFactory. */
const ownFile = /(?:^|[/\\])druid[\w-]*\.properties$/i;

const springFile = /(?:^|\/)(?:application|bootstrap)[\w.-]*\.(?:ya?ml|properties)$/;

/** spring.datasource.druid.*, alone or per data source of dynamic-datasource; DruidDataSourceFactory; beans in XML. */
export const druidReader: Reader = {
  title: 'Druid',
  claims: ({ file, text }) => springFile.test(file) && text.includes('druid'),
  made: 'spring.datasource.druid',
  formats: ['yaml', 'properties', 'xml'],
  drivers: ['druid'],
  rivals: ['dbcp1', 'dbcp2', 'tomcat-jdbc'],
  login: jvmLogin,
  others: {
    ...springDatasourceOthers,
    accessToUnderlyingConnectionAllowed: "lets callers reach the JDBC driver's connection",
    aopPatterns: 'decides which beans are watched',
    'aopPatterns.*': 'decides which beans are watched',
    asyncCloseConnectionEnable: 'closes connections in another thread',
    asyncInit: 'opens the first connections in another thread',
    clearFiltersEnable: 'lets filters be removed',
    connectProperties: 'holds properties of the JDBC driver',
    'connectProperties.*': 'is a property of the JDBC driver',
    connectionInitSqls: 'is run on every new connection',
    'connectionInitSqls.*': 'is run on every new connection',
    'connectionProperties.*': 'is a property of the JDBC driver or of Druid itself',
    dbType: 'names the kind of database',
    defaultAutoCommit: 'decides whether connections commit by themselves',
    defaultCatalog: 'is the default catalog of connections',
    defaultReadOnly: 'makes connections read-only',
    defaultTransactionIsolation: 'is the default isolation of transactions',
    exceptionSorter: 'decides which errors close a connection',
    'filter.*': 'configures statistics, logs and the SQL firewall',
    filters: 'turns on statistics, logs and the SQL firewall',
    init: 'opens the first connections at the start',
    initConnectionSqls: 'is run on every new connection',
    initExceptionThrow: 'fails at the start where no connection can be opened',
    logAbandoned: 'logs who has kept a connection',
    maxIdle: 'does nothing any more: Druid logs that it is deprecated',
    maxOpenPreparedStatements: 'limits the cached prepared statements',
    maxPoolPreparedStatementPerConnectionSize: 'limits the cached prepared statements of a connection',
    notFullTimeoutRetryCount: 'waits again where the pool is not full',
    numTestsPerEvictionRun: 'limits how many idle connections are looked at in one go',
    poolPreparedStatements: 'caches prepared statements',
    proxyFilters: 'turns on statistics, logs and the SQL firewall',
    publicKey: 'decrypts the password',
    resetStatEnable: 'lets statistics be reset',
    sharePreparedStatements: 'shares prepared statements',
    socketTimeout: 'limits the wait for an answer of the server, by the JDBC driver',
    'stat.*': 'configures statistics',
    'statViewServlet.*': 'serves the statistics page',
    testOnReturn: 'tests a connection when it is given back',
    timeBetweenLogStatsMillis: 'logs statistics at that interval',
    transactionQueryTimeout: 'limits how long a statement of a transaction runs',
    useGlobalDataSourceStat: 'adds up the statistics of several pools',
    usePingMethod: 'tests connections of MySQL by a ping',
    useUnfairLock: 'lets callers overtake each other',
    validConnectionCheckerClassName: 'tests whether a connection still works',
    'wall.*': 'configures the SQL firewall',
    'webStatFilter.*': 'counts requests for the statistics page',
  },
  sections: (entries) => druidPools(entries),
  pick(entries, context) {
    const known = [...context.namesOf('druid'), ...Object.keys(this.others), ...this.login];
    const [pool] = druidPools(entries);
    const isBare = pool === undefined && context.format === 'properties' && !isOfSpring(entries);
    const options = (isBare ? entries : (pool?.entries ?? [])).flatMap((entry) =>
      druidOption(entry, known, pool?.entries ?? []),
    );
    const engine = context.engine ?? engineOf(options);
    const isOwn = ({ name }: PickedOption) => known.includes(name);
    return {
      driver: 'druid',
      isMarked: pool !== undefined || (isBare && ownFile.test(context.file) && options.some(isOwn)),
      options,
      direct: driverSettings(options, engine, ['connectionInitSqls', 'initConnectionSqls']),
      ...(engine && { engine }),
      ...(isTyped(pool?.entries ?? []) && { remarks: [bound] }),
    };
  },
};

/** By its type alone, without a section of Druid. */
function isTyped(pool: readonly DeclaredEntry[]): boolean {
  return pool.some(({ key }) => /^type$/i.test(key)) && !pool.some(({ key }) => /^druid\./i.test(key));
}

const bound = {
  message: 'Beside spring.datasource.type, options of Druid hold only where the application binds them itself.',
  hint: 'Without such a bean of its own, Druid has its defaults: write the options below spring.datasource.druid.',
} as const;

/** A key below `druid`; or one beside it, which Spring Boot takes only the address and the login from. */
function druidOption(entry: DeclaredEntry, known: readonly string[], pool: readonly DeclaredEntry[]): PickedOption[] {
  const below = /^druid\.(.+)$/i.exec(entry.key)?.[1];
  const name = relaxedName(below ?? entry.key, known);
  const isBeside = below === undefined && pool.some(({ key }) => /^druid\./i.test(key));
  const isMisplaced = isBeside && known.includes(name) && !jvmLogin.includes(name) && !(name in springDatasourceOthers);
  const option: PickedOption = {
    ...entry,
    name,
    ...(isMisplaced && { misplaced: 'Druid takes only the address and the login from here; it belongs below druid' }),
  };
  return name === 'connectionProperties' ? splitProperties(option) : [option];
}
