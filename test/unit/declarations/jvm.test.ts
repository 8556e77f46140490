import { beforeAll, describe, expect, it } from 'vitest';
import { convertSettings } from '../../../src/convert/run.ts';
import { formatOf, loadFormat, parseEntries } from '../../../src/declarations/formats/index.ts';
import { optionsOf } from '../../../src/declarations/options.ts';
import { readers } from '../../../src/declarations/readers/index.ts';
import { sectionsOf } from '../../../src/declarations/sections.ts';
import type { DriverProfile } from '../../../src/profiles/driver.ts';
import { parseShipped } from '../../../src/profiles/shipped.ts';

beforeAll(() => loadFormat('xml'));

/** The settings of the one pool of a file, as our own. */
async function settingsIn(text: string, file: string, from?: string) {
  const { settings, from: found } = await convertSettings({ text, file, from, names: ['env'] });
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
  return [found.name, found.engine, connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs];
}

/** The pools of a file: what `--at` calls each, and the options that it has. */
function poolsIn(name: string, text: string, file: string) {
  const reader = readers[name];
  if (!reader) throw new Error(`no reader ${name}`);
  const format = formatOf(text, file);
  const namesOf = (driver: string) =>
    optionsOf(parseShipped('drivers', driver) as DriverProfile).map((option) => option.name);
  const context = { file, format, namesOf };
  const entries = parseEntries(format, text, file);
  return Object.fromEntries(
    sectionsOf(reader, entries, context).map((section) => {
      const { isMarked, options } = reader.pick(section.entries, context);
      const used = options.filter(({ misplaced }) => misplaced === undefined);
      expect(isMarked, section.at).toBe(true);
      return [section.at, Object.fromEntries(used.map(({ name: option, value }) => [option, value]))];
    }),
  );
}

describe('a pool of the JVM as its file has it', () => {
  it.each([
    [
      'Tomcat JDBC in Spring Boot',
      'a.properties',
      'spring.datasource.url=jdbc:mysql://db/jobs\nspring.datasource.type=org.apache.tomcat.jdbc.pool.DataSource\nspring.datasource.tomcat.max-wait=10000\nspring.datasource.tomcat.max-active=30\nspring.datasource.tomcat.testOnBorrow=true\n',
      ['tomcat', 'mysql', 30, 0, 10_000, 10_000, undefined],
    ],
    [
      'a Resource of Tomcat',
      'context.xml',
      '<Context><Resource name="jdbc/app" type="javax.sql.DataSource" factory="org.apache.tomcat.jdbc.pool.DataSourceFactory" maxActive="55" maxWait="-1" jdbcInterceptors="ConnectionState;QueryTimeoutInterceptor(queryTimeout=5)" connectionProperties="connectTimeout=7;" url="jdbc:postgresql://db/app"/></Context>',
      ['tomcat', 'postgres', 55, 0, 0, 7_000, 5_000],
    ],
    [
      'Tomcat JDBC, all at its defaults',
      'a.yml',
      'spring:\n  datasource:\n    type: org.apache.tomcat.jdbc.pool.DataSource\n    url: jdbc:postgresql://db/app?connectTimeout=3\n',
      ['tomcat', 'postgres', 100, 0, 30_000, 3_000, undefined],
    ],
    [
      'Druid in Spring Boot',
      'a.yml',
      'spring:\n  datasource:\n    url: jdbc:mysql://db/shop\n    druid:\n      initial-size: 5\n      max-active: 20\n      maxWait: 60000\n      max-wait-thread-count: 9\n      query-timeout: 4\n      connectTimeout: 2500\n',
      ['druid', 'mysql', 20, 9, 60_000, 2_500, 4_000],
    ],
    [
      'druid.properties',
      'src/main/resources/druid.properties',
      'url=jdbc:mysql://h/d\ninitialSize=5\nmaxActive=20\nmaxWait=10000\n',
      ['druid', 'mysql', 20, 0, 10_000, 10_000, undefined],
    ],
    [
      'Druid by the type of a data source that the application binds',
      'a.properties',
      'spring.datasource.type=com.alibaba.druid.pool.DruidDataSource\nspring.datasource.url=jdbc:postgresql://db/a\nspring.datasource.maxActive=40\nspring.datasource.maxWait=0\n',
      ['druid', 'postgres', 40, 0, 0, 10_000, undefined],
    ],
    [
      'Druid in XML',
      'beans.xml',
      '<beans><bean id="dataSource" class="com.alibaba.druid.pool.DruidDataSource" init-method="init"><property name="url" value="jdbc:mysql://h/d"/><property name="maxActive" value="12"/><property name="maxWait"><value>700</value></property></bean></beans>',
      ['druid', 'mysql', 12, 0, 700, 10_000, undefined],
    ],
    [
      'a Resource that is left to the DBCP 2 of Tomcat',
      'context.xml',
      '<Context><Resource name="jdbc/app" auth="Container" type="javax.sql.DataSource" maxTotal="20" maxWaitMillis="-1" url="jdbc:mariadb://h/d"/></Context>',
      ['tomcat-dbcp', 'mariadb', 20, 0, 0, 10_000, undefined],
    ],
    [
      'HikariCP in XML',
      'beans.xml',
      '<beans><bean id="dataSource" class="com.zaxxer.hikari.HikariDataSource" destroy-method="close"><property name="jdbcUrl" value="jdbc:postgresql://h/d"/><property name="maximumPoolSize" value="7"/><property name="dataSourceProperties"><props><prop key="connectTimeout">4</prop></props></property></bean></beans>',
      ['hikaricp', 'postgres', 7, 0, 30_000, 4_000, undefined],
    ],
    [
      'c3p0.properties',
      'c3p0.properties',
      'c3p0.jdbcUrl=jdbc:postgresql://db/a?connectTimeout=4&options=-c%20statement_timeout%3D1500\nc3p0.maxPoolSize=30\nc3p0.checkoutTimeout=2500\nc3p0.maxIdleTime=1800\n',
      ['c3p0', 'postgres', 30, 0, 2_500, 4_000, 1_500],
    ],
    [
      'c3p0 of Hibernate in Spring Boot',
      'a.properties',
      'spring.datasource.url=jdbc:mysql://db/a\nspring.jpa.properties.hibernate.c3p0.max_size=25\nspring.jpa.properties.hibernate.c3p0.timeout=300\nspring.jpa.properties.hibernate.c3p0.checkoutTimeout=900\n',
      ['c3p0', 'mysql', 25, 0, 900, 10_000, undefined],
    ],
    [
      'hibernate.cfg.xml',
      'hibernate.cfg.xml',
      '<!DOCTYPE hibernate-configuration PUBLIC "-//Hibernate//DTD 3.0//EN" "http://h.test/d.dtd"><hibernate-configuration><session-factory><property name="connection.url">jdbc:mysql://h/d</property><property name="c3p0.max_size">9</property><property name="hibernate.c3p0.min_size">2</property></session-factory></hibernate-configuration>',
      ['c3p0', 'mysql', 9, 0, 0, 10_000, undefined],
    ],
    [
      'Quarkus',
      'application.properties',
      'quarkus.datasource.db-kind=postgresql\nquarkus.datasource.jdbc.max-size=8\nquarkus.datasource.jdbc.acquisition-timeout=0.7S\nquarkus.datasource.jdbc.additional-jdbc-properties.connectTimeout=3\nquarkus.datasource.jdbc.new-connection-sql=SET statement_timeout = 1500\n',
      ['quarkus', 'postgres', 8, 0, 700, 3_000, 1_500],
    ],
    [
      'Quarkus as YAML, where prod beats what holds for all and dev does not count',
      'application.yaml',
      'quarkus:\n  datasource:\n    db-kind: mysql\n    jdbc:\n      max-size: 8\n      acquisition-timeout: 10\n"%prod":\n  quarkus:\n    datasource:\n      jdbc:\n        max-size: 30\n"%dev":\n  quarkus:\n    datasource:\n      jdbc:\n        acquisition-timeout: 1\n',
      ['quarkus', 'mysql', 30, 0, 10_000, 10_000, undefined],
    ],
  ] as const)('%s', async (_what, file, text, expected) => {
    expect(await settingsIn(text, file)).toEqual(expected);
  });

  it('of spring.datasource itself, which was Tomcat JDBC until Spring Boot 1.3, is asked for and then read', async () => {
    const text =
      'spring.datasource.url=jdbc:mysql://db/app\nspring.datasource.max-active=50\nspring.datasource.max-wait=9000\n';
    await expect(settingsIn(text, 'a.properties')).rejects.toThrow("Which system's settings are in a.properties?");
    expect(await settingsIn(text, 'a.properties', 'tomcat')).toEqual([
      'tomcat',
      'mysql',
      50,
      0,
      9_000,
      10_000,
      undefined,
    ]);
  });

  it('of a Resource with names of DBCP 1 is asked for, because only Tomcat 7 reads these', async () => {
    const text =
      '<Context><Resource name="a" type="javax.sql.DataSource" maxActive="20" url="jdbc:mysql://h/d"/></Context>';
    await expect(settingsIn(text, 'context.xml')).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    const { settings, dropped } = await convertSettings({
      text,
      file: 'context.xml',
      from: 'tomcat-dbcp',
      names: ['env'],
    });
    expect(settings.connectionLimit).toBe(8);
    expect(dropped[0]?.why).toContain('Tomcat 8 and later call it maxTotal');
  });

  it('of Quarkus is asked for where only its default says how large it is, which differs by version', async () => {
    const text = 'quarkus.datasource.jdbc.url=jdbc:postgresql://db/a\n';
    await expect(settingsIn(text, 'application.properties')).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      hint: expect.stringContaining('20 up to 3.30, 50 since'),
    });
  });
});

describe('several pools of the JVM in a file', () => {
  it('are those of dynamic-datasource, each with what is for all', () => {
    const text = `spring:
  datasource:
    druid: { stat-view-servlet: { enabled: true } }
    dynamic:
      druid: { max-active: 20, max-wait: 100 }
      datasource:
        master: { url: jdbc:mysql://m/a }
        slave: { url: jdbc:mysql://s/a, druid: { maxActive: 5 } }
        other: { url: jdbc:mysql://o/a, type: com.zaxxer.hikari.HikariDataSource }
`;
    expect(poolsIn('druid', text, 'a.yml')).toEqual({
      master: { maxActive: 20, maxWait: 100, url: 'jdbc:mysql://m/a' },
      slave: { maxActive: 5, maxWait: 100, url: 'jdbc:mysql://s/a' },
    });
  });

  it('are the addresses below one section of Druid, unless they are turned off', () => {
    const text = `spring:
  datasource:
    druid:
      master: { url: jdbc:mysql://m/a, username: u }
      slave: { enabled: false, url: '' }
      maxActive: 20
      statViewServlet: { enabled: true }
`;
    expect(poolsIn('druid', text, 'a.yml')).toEqual({
      master: expect.objectContaining({ maxActive: 20, url: 'jdbc:mysql://m/a' }),
    });
  });

  it('are the Resources of a context.xml, by their names', () => {
    const resource = (name: string, most: number) =>
      `<Resource name="${name}" factory="org.apache.tomcat.jdbc.pool.DataSourceFactory" maxActive="${most}"/>`;
    const text = `<Context>${resource('jdbc/a', 5)}${resource('jdbc/b', 7)}<Resource name="mail" type="x"/></Context>`;
    expect(poolsIn('tomcat', text, 'context.xml')).toMatchObject({
      'jdbc/a': { maxActive: '5' },
      'jdbc/b': { maxActive: '7' },
    });
  });

  it('are the configurations of c3p0-config.xml, which have from default-config what they do not say', () => {
    const text = `<c3p0-config>
  <default-config><property name="maxPoolSize">30</property><property name="checkoutTimeout">900</property>
    <user-overrides user="app"><property name="maxPoolSize">1</property></user-overrides></default-config>
  <named-config name="reports"><property name="maxPoolSize">2</property></named-config>
</c3p0-config>`;
    expect(poolsIn('c3p0', text, 'c3p0-config.xml')).toEqual({
      'default-config': { maxPoolSize: '30', checkoutTimeout: '900', 'userOverrides.maxPoolSize': '1' },
      reports: { maxPoolSize: '2', checkoutTimeout: '900', 'userOverrides.maxPoolSize': '1' },
    });
  });

  it('are the named data sources of Quarkus, without the one that only the reactive client has', () => {
    const text = `quarkus.datasource.jdbc.max-size=8
quarkus.datasource."users".jdbc.max-size=4
%prod.quarkus.datasource.users.jdbc.min-size=2
quarkus.datasource.fast.reactive.max-size=9
quarkus.datasource.fast.db-kind=postgresql
quarkus.datasource.metrics.enabled=true
`;
    expect(poolsIn('quarkus', text, 'application.properties')).toEqual({
      '': { maxSize: '8', 'metrics.enabled': 'true' },
      users: { maxSize: '4', minSize: '2' },
    });
  });

  it('do not include the web server of Spring Boot', () => {
    const text = 'server.tomcat.max-threads=200\nspring.datasource.tomcat.max-active=3\n';
    expect(poolsIn('tomcat', text, 'a.properties')).toEqual({ 'spring.datasource': { maxActive: '3' } });
  });
});

it('an option beside the section of Druid does nothing, and Spring Boot’s own keys are no options of a pool', async () => {
  const text =
    'spring.datasource.url=jdbc:mysql://d/a\nspring.datasource.maxActive=9\nspring.datasource.initialization-mode=never\nspring.datasource.druid.max-active=3\n';
  const { settings, dropped } = await convertSettings({ text, file: 'a.properties', names: ['env'] });
  expect(settings.connectionLimit).toBe(3);
  expect(dropped.map(({ line, did, why }) => [line, did, why])).toEqual([
    [2, 'does nothing where it stands', expect.stringContaining('it belongs below druid')],
    [3, 'decides whether Spring Boot runs scripts at the start', 'it is no setting of a pool'],
  ]);
});
