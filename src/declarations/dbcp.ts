import type { DeclaredEntry } from './entry.ts';
import { jdbcConnectTimeout, jdbcEngine, sessionQueryTimeout, urlConnectTimeout } from './jdbc.ts';
import type { Picked, PickedOption, ReadContext, Reader } from './reader.ts';
import { springOptions } from './spring.ts';

export const dbcpLogin = [
  'connectionProperties.user',
  'connectionProperties.password',
  'url',
  'username',
  'password',
  'driverClassName',
  'type',
  'name',
  'generateUniqueName',
  'factory',
  'scope',
  'singleton',
  'auth',
];

/** What both versions have that is no setting of a pool. */
export const dbcpOthers: Reader['others'] = {
  accessToUnderlyingConnectionAllowed: "lets callers reach the JDBC driver's connection",
  'connectionProperties.*': 'is a property of the JDBC driver',
  defaultAutoCommit: 'decides whether connections commit by themselves',
  defaultCatalog: 'is the default catalog of connections',
  defaultReadOnly: 'makes connections read-only',
  defaultTransactionIsolation: 'is the default isolation of transactions',
  maxOpenPreparedStatements: 'limits the cached prepared statements',
  numTestsPerEvictionRun: 'limits how many idle connections are looked at in one go',
  poolPreparedStatements: 'caches prepared statements',
  testOnReturn: 'tests a connection when it is given back',
};

/** The options of DBCP in Spring Boot or in a property file, and those of its that are the JDBC driver's. */
export function pickDbcp(
  entries: readonly DeclaredEntry[],
  { pool, driver, initSql }: { pool: string; driver: string; initSql: string },
  reader: Pick<Reader, 'others' | 'login'>,
  context: ReadContext,
): Picked {
  const names = { options: context.namesOf(driver), others: [...Object.keys(reader.others), ...reader.login] };
  const { isMarked, options, datasource } = springOptions(entries, pool, names, context);
  const all = [...datasource, ...options].flatMap((option) =>
    option.name === 'connectionProperties' ? splitProperties(option) : [option],
  );
  const engine = context.engine ?? all.map(({ value }) => jdbcEngine(String(value))).find(Boolean);
  const direct = all.flatMap((option) => {
    if (option.name === initSql) return sessionQueryTimeout(option);
    if (option.name === 'url') return urlConnectTimeout(option, engine);
    const property = /^connectionProperties\.(.+)$/.exec(option.name)?.[1];
    return property === undefined ? [] : jdbcConnectTimeout(property, String(option.value), option, engine);
  });
  return { driver, isMarked, options: all, direct, ...(engine && { engine }) };
}

/** `name=value;name=value`. What has no `=` sets nothing, and may be part of a secret that had a semicolon in it. */
export function splitProperties(option: PickedOption): PickedOption[] {
  return String(option.value)
    .split(';')
    .filter((pair) => pair.includes('='))
    .map((pair) => {
      const [property = '', ...rest] = pair.split('=');
      const below = (name: string) => `${name}.${property.trim()}`;
      return { ...option, key: below(option.key), name: below(option.name), value: rest.join('=').trim() };
    });
}
