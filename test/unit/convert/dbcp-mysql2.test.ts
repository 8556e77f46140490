import { describe, expect, it } from 'vitest';
import { type Converted, convertSettings } from '../../../src/convert/run.ts';

/** Every property that BasicDataSourceFactory of DBCP 2 reads, and what becomes of it with mysql2. */
const mapping: readonly (readonly [key: string, value: string, fate: string | RegExp])[] = [
  ['maxTotal', '40', 'connectionLimit 40'],
  ['maxWaitMillis', '10000', 'acquireTimeout 10000'],
  ['defaultQueryTimeout', '30', 'queryTimeout 30000'],
  ['connectionProperties', 'connectTimeout=7000;useSSL=true', 'connectTimeout 7000'],
  ['maxIdle', '20', /^closes idle connections.*: add it by hand: mysql2 maxIdle 20$/],
  ['minIdle', '5', /^keeps that many connections open: no such setting in mysql2$/],
  ['initialSize', '5', /^goes with minIdle.*: no counterpart of its own$/],
  [
    'minEvictableIdleTimeMillis',
    '60000',
    /: add it by hand: mysql2 idleTimeout 60000 ms \(with maxIdle 20, below connectionLimit\)$/,
  ],
  ['softMinEvictableIdleTimeMillis', '30000', /^goes with minEvictableIdleTimeMillis/],
  ['timeBetweenEvictionRunsMillis', '30000', /^goes with minEvictableIdleTimeMillis/],
  ['numTestsPerEvictionRun', '3', /^limits how many idle connections are looked at/],
  ['evictionPolicyClassName', 'org.Policy', /^decides which idle connections are closed/],
  ['maxConnLifetimeMillis', '1800000', /^closes a connection that has become so old: no such setting in mysql2$/],
  ['logExpiredConnections', 'false', /^logs connections/],
  ['testOnBorrow', 'true', /^tests whether a connection still works: no such setting in mysql2$/],
  ['testOnCreate', 'false', /^tests a new connection/],
  ['testOnReturn', 'false', /^tests a connection when it is given back/],
  ['testWhileIdle', 'true', /: it is so by default: mysql2 enableKeepAlive$/],
  ['validationQuery', 'SELECT 1', /^goes with testOnBorrow/],
  ['validationQueryTimeout', '5', /^goes with testOnBorrow/],
  ['fastFailValidation', 'true', /^fails the test of a connection/],
  ['disconnectionSqlCodes', '57P01', /^decides which errors close/],
  ['removeAbandonedOnBorrow', 'true', /^reports or takes back a connection.*: no such setting in mysql2$/],
  ['removeAbandonedOnMaintenance', 'true', /^reports or takes back/],
  ['removeAbandonedTimeout', '300', /^goes with removeAbandonedOnBorrow/],
  ['logAbandoned', 'true', /^goes with removeAbandonedOnBorrow/],
  ['abandonedUsageTracking', 'false', /^records who used a connection/],
  ['poolPreparedStatements', 'true', /^caches prepared statements/],
  ['maxOpenPreparedStatements', '100', /^limits the cached prepared statements/],
  ['clearStatementPoolOnReturn', 'false', /^empties the statement cache/],
  ['connectionInitSqls', 'SET NAMES utf8mb4', /^is run on every new connection/],
  ['connectionFactoryClassName', 'org.Factory', /^opens the connections/],
  ['defaultAutoCommit', 'true', /^decides whether connections commit/],
  ['defaultReadOnly', 'false', /^makes connections read-only/],
  ['defaultTransactionIsolation', 'READ_COMMITTED', /^is the default isolation/],
  ['defaultCatalog', 'shop', /^is the default catalog/],
  ['defaultSchema', 'shop', /^is the default schema/],
  ['cacheState', 'true', /^remembers auto-commit/],
  ['rollbackOnReturn', 'true', /^rolls back/],
  ['enableAutoCommitOnReturn', 'true', /^turns auto-commit on/],
  ['lifo', 'true', /^lends the connection that was given back last/],
  ['jmxName', 'org:type=pool', /^registers the pool with JMX/],
  ['accessToUnderlyingConnectionAllowed', 'false', /^lets callers reach/],
  ['url', 'jdbc:mysql://db/shop?password=canary1', 'by reference'],
  ['username', 'shop', 'by reference'],
  ['password', 'canary2', 'by reference'],
  ['driverClassName', 'com.mysql.cj.jdbc.Driver', 'by reference'],
];

const text = mapping.map(([key, value]) => `${key}=${value}`).join('\n');
const converted = convertSettings({ text, file: 'dbcp.properties', names: ['mysql2'] });

function fateOf(key: string, { found, dropped, byReference }: Converted): string[] {
  const isIt = (candidate?: string) => candidate === key || candidate?.startsWith(`${key}.`);
  return [
    ...found.filter((setting) => isIt(setting.key)).map(({ setting, value }) => `${setting} ${value}`),
    ...dropped.filter((setting) => isIt(setting.key)).map(({ did, why }) => `${did}: ${why}`),
    ...byReference.filter((setting) => isIt(setting.key)).map(() => 'by reference'),
  ];
}

describe('DBCP 2 to mysql2, property by property', () => {
  it.each(mapping.map(([key, , fate], index) => [key, fate, index + 1] as const))(
    '%s → %s',
    async (key, fate, line) => {
      const fates = fateOf(key, await converted);
      if (typeof fate === 'string') expect(fates).toContain(fate);
      else expect(fates[0]).toMatch(fate);
      const { found, dropped, byReference } = await converted;
      for (const place of [...found, ...dropped, ...byReference]) {
        if (place.key === key) expect(place.line).toBe(line);
      }
    },
  );

  it('leaves nothing out without a word', async () => {
    for (const [key] of mapping) expect([key, fateOf(key, await converted).length]).not.toEqual([key, 0]);
  });

  it('writes the numbers into the snippet, and no secret anywhere', async () => {
    const all = await converted;
    const [snippet] = all.emitted.snippets;
    expect(snippet?.text).toContain('connectionLimit: 40,');
    expect(snippet?.text).toContain('connectTimeout: 7_000,');
    expect(snippet?.text).toContain('boundAcquire(pool.pool, { acquireTimeoutMs: 10_000 });');
    expect(snippet?.text).toContain('timeout: 30_000');
    expect(JSON.stringify(all)).not.toContain('canary');
  });

  it('tells what the names of DBCP 1 are called now', async () => {
    const old = 'maxTotal=5\nmaxActive=20\nmaxWait=100\nremoveAbandoned=true\n';
    const { dropped, settings } = await convertSettings({ text: old, file: 'd.properties', names: ['mysql2'] });
    expect(settings.connectionLimit).toBe(5);
    expect(dropped.map(({ key, why }) => [key, why])).toEqual([
      ['maxActive', 'Apache Commons DBCP 1.x has it; here it is maxTotal'],
      ['maxWait', 'Apache Commons DBCP 1.x has it; here it is maxWaitMillis'],
      ['removeAbandoned', 'Apache Commons DBCP 1.x has it; here it is removeAbandonedOnBorrow'],
    ]);
  });
});

describe('mysql2 to DBCP 2, option by option', () => {
  const options = {
    connectionLimit: 12,
    queueLimit: 30,
    connectTimeout: 7_000,
    waitForConnections: true,
    maxIdle: 6,
    idleTimeout: 60_000,
    enableKeepAlive: true,
    keepAliveInitialDelay: 500,
    acquireTimeout: 3_000,
    host: 'db',
    password: 'canary3',
  };
  const back = convertSettings({
    text: JSON.stringify(options, null, 2),
    file: 'pool.json',
    from: 'mysql2',
    names: ['dbcp2'],
  });

  it.each([
    ['connectionLimit', 'connectionLimit 12'],
    ['queueLimit', 'limits how many requests wait for a connection: it cannot be had with dbcp2'],
    ['connectTimeout', 'connectTimeout 7000'],
    ['waitForConnections', 'decides whether a failure shows at once or after a wait: no such setting in dbcp2'],
    ['maxIdle', 'closes idle connections above that number: add it by hand: dbcp2 maxIdle 6 (instead of 12)'],
    [
      'idleTimeout',
      'closes a connection that was idle for that long: add it by hand: dbcp2 minEvictableIdleTimeMillis 60000 ms (with timeBetweenEvictionRunsMillis 30000 ms)',
    ],
    [
      'enableKeepAlive',
      'keeps idle connections from being forgotten on the way: add it by hand: dbcp2 testWhileIdle true (with timeBetweenEvictionRunsMillis 30000 ms)',
    ],
    ['acquireTimeout', 'is not known to mysql2: acquireTimeout is NOT honoured in 2.x or 3.x.'],
    ['host', 'by reference'],
    ['password', 'by reference'],
  ])('%s → %s', async (key, fate) => {
    expect(fateOf(key, await back)).toContain(fate);
  });

  it('waits without a limit, as mysql2 did', async () => {
    const { emitted } = await back;
    expect(emitted.snippets[0]?.text).toMatch(/^maxTotal=12$/m);
    expect(emitted.snippets[0]?.text).toMatch(/^maxWaitMillis=-1$/m);
    expect(JSON.stringify(await back)).not.toContain('canary');
  });
});
