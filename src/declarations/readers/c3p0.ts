import { c3p0Pools } from '../jvm/c3p0-pools.ts';
import { driverSettings, engineOf } from '../jvm/driver-settings.ts';
import { isOfSpring } from '../jvm/pool-entries.ts';
import { relaxedName } from '../jvm/relaxed-name.ts';
import { jvmLogin } from '../jvm/spring-datasource.ts';
import type { PickedOption, Reader } from '../reader.ts';

const settingsFile =
  /(?:^|\/)(?:c3p0|c3p0-config|hibernate(?:\.cfg)?|persistence|(?:application|bootstrap)[\w.-]*)\.(?:properties|xml|ya?ml)$/;

/** c3p0.properties, c3p0-config.xml, hibernate.c3p0.* wherever Hibernate is configured, and beans in XML. */
export const c3p0Reader: Reader = {
  title: 'c3p0',
  claims: ({ file, text }) => settingsFile.test(file) && text.includes('c3p0'),
  made: 'c3p0',
  formats: ['properties', 'xml', 'yaml'],
  drivers: ['c3p0'],
  login: [...jvmLogin, 'overrideDefaultUser', 'overrideDefaultPassword', 'dataSourceName'],
  others: {
    acquireIncrement: 'opens that many connections at a time',
    'hibernate.c3p0.acquire_increment': 'opens that many connections at a time',
    acquireRetryAttempts: 'tries that often to open a connection',
    attemptResurrectOnCheckin: 'keeps a connection that works again when it is given back',
    autoCommitOnClose: 'commits what is pending when a connection is given back',
    automaticTestTable: 'names a table to test connections with',
    breakAfterAcquireFailure: 'closes the pool for good when no connection can be opened',
    connectionCustomizerClassName: 'is called for every new connection',
    connectionTesterClassName: 'tests whether a connection still works',
    contextClassLoaderSource: 'chooses the class loader of its threads',
    debugUnreturnedConnectionStackTraces: 'records who has a connection',
    'extensions.*': 'is handed to classes of the application',
    factoryClassLocation: 'says where its classes are',
    forceIgnoreUnresolvedTransactions: 'leaves open transactions as they are when a connection is given back',
    forceSynchronousCheckins: 'tests a connection in the thread that gives it back',
    forceUseNamedDriverClass: 'opens connections with that class only',
    maxAdministrativeTaskTime: 'interrupts its own tasks that take so long',
    maxStatements: 'limits the cached prepared statements',
    'hibernate.c3p0.max_statements': 'limits the cached prepared statements',
    maxStatementsPerConnection: 'limits the cached prepared statements of a connection',
    numHelperThreads: 'is the number of threads that open and test connections',
    privilegeSpawnedThreads: 'gives its threads the rights of its own code',
    propertyCycle: 'is how long it keeps a setting before it reads it again',
    statementCacheNumDeferredCloseThreads: 'closes prepared statements in threads of their own',
    taskRunnerFactoryClassName: 'makes its threads',
    testConnectionOnCheckin: 'tests a connection when it is given back',
    'userOverrides.*': 'is for the pool of one user, which getConnection(user, password) makes',
    userOverridesAsString: 'is for the pools of single users',
    usesTraditionalReflectiveProxies: 'wraps connections in the old way',
  },
  sections: (entries) => c3p0Pools(entries),
  pick(entries, context) {
    const known = [...context.namesOf('c3p0'), ...Object.keys(this.others), ...this.login];
    const [pool] = c3p0Pools(entries);
    const isBare = pool === undefined && context.format === 'properties' && !isOfSpring(entries);
    const options = (isBare ? entries : (pool?.entries ?? [])).map(
      (entry): PickedOption => ({ ...entry, name: nameIn(entry.key, known) }),
    );
    const engine = context.engine ?? engineOf(options);
    return {
      driver: 'c3p0',
      isMarked: pool !== undefined,
      options,
      direct: driverSettings(options, engine, ['extensions.initSql']),
      ...(engine && { engine }),
    };
  },
};

/** Hibernate has six names of its own, and hands on what is called as c3p0 calls it. */
function nameIn(key: string, known: readonly string[]): string {
  const [, hibernate, rest = key] = /^(hibernate\.)?c3p0\.(.+)$/i.exec(key) ?? [];
  const ofHibernate = `hibernate.c3p0.${rest}`;
  if (known.includes(ofHibernate)) return ofHibernate;
  if (hibernate === undefined && /^user-overrides\./.test(rest)) return rest.replace('user-overrides', 'userOverrides');
  return relaxedName(rest, known);
}
