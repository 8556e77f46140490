import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineId } from '../../../src/base/engine.ts';
import { convertSettings } from '../../../src/convert/run.ts';
import { loadFormat, parseEntries } from '../../../src/declarations/formats/index.ts';
import { emitSnippet } from '../../../src/emit/run.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

beforeAll(() => loadFormat('xml'));

const engines = ['mysql', 'mariadb', 'postgres'] as const;
const settings: PoolSettings = {
  connectionLimit: 2,
  queueLimit: 0,
  acquireTimeoutMs: 700,
  connectTimeoutMs: 3_000,
  queryTimeoutMs: 2_000,
};

const textOf = async (name: string, engine: EngineId, own: Partial<PoolSettings> = {}) =>
  (await emitSnippet(name, { ...settings, ...own }, { engine, why: ['why -- so'] })).text;

/** Targets by the file that they write and the reader of it. */
const written = [
  { name: 'tomcat-jdbc', file: 'application.properties', from: 'tomcat' },
  { name: 'tomcat-jdbc-xml', file: 'context.xml', from: 'tomcat' },
  { name: 'druid', file: 'application.yml', from: 'druid', hasQueue: true, wholeSecondsToQuery: true },
  { name: 'c3p0', file: 'c3p0.properties', from: 'c3p0' },
  { name: 'quarkus', file: 'application.properties', from: 'quarkus' },
] as const;

describe('what is written for the JVM says the same when it is read', () => {
  const each = written.flatMap((target) => engines.map((engine) => ({ ...target, engine })));

  it.each(each)('$name for $engine', async (target) => {
    const { name, file, from, engine } = target;
    const whole = fc.integer({ min: 1, max: 100 }).map((seconds) => seconds * 1_000);
    const most = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2_000 }));
    const any = fc.record({
      connectionLimit: most,
      queueLimit: 'hasQueue' in target ? fc.integer({ min: 0, max: 50 }) : fc.constant(0),
      acquireTimeoutMs: fc.integer({ min: 0, max: 90_000 }),
      connectTimeoutMs: engine === 'postgres' ? whole : fc.integer({ min: 1, max: 90_000 }),
      queryTimeoutMs: 'wholeSecondsToQuery' in target ? whole : fc.integer({ min: 1, max: 90_000 }),
    });
    await fc.assert(
      fc.asyncProperty(any, async (wanted) => {
        const { text } = await emitSnippet(name, wanted, { engine, why: ['why'] });
        const read = await convertSettings({ text, file, names: [] });
        expect(read.settings).toEqual(wanted);
        expect(read.from).toMatchObject({ name: from, engine });
        expect(read.found.filter(({ from: source }) => source === 'poolctl')).toEqual([]);
      }),
      { numRuns: 4 },
    );
  });
});

describe('what is written for the JVM', () => {
  it('is a context.xml that is well-formed, whatever the reasons say', async () => {
    const text = await textOf('tomcat-jdbc-xml', 'postgres');
    const attributes = Object.fromEntries(
      parseEntries('xml', text, 'context.xml').map(({ key, value }) => [key.replace('Context.Resource.', ''), value]),
    );
    expect(attributes).toMatchObject({
      factory: 'org.apache.tomcat.jdbc.pool.DataSourceFactory',
      url: `jdbc:postgresql://\${DB_HOST}:\${DB_PORT}/\${DB_DATABASE}`,
      ...{ maxActive: '2', maxIdle: '2', minIdle: '2', initialSize: '2', maxWait: '700', testOnBorrow: 'true' },
      ...{ connectionProperties: 'connectTimeout=3', initSQL: 'SET statement_timeout = 2000' },
    });
  });

  it('keeps what a pool opens by itself below its limit', async () => {
    expect(await textOf('c3p0', 'mysql')).toMatch(/minPoolSize=2\nc3p0\.initialPoolSize=2\n/);
    expect(await textOf('c3p0', 'mysql', { connectionLimit: 3 })).not.toContain('minPoolSize');
    expect(await textOf('tomcat-jdbc', 'mysql', { connectionLimit: 10 })).not.toMatch(/min-idle|initial-size/);
    expect(await textOf('tomcat-jdbc', 'mysql', { connectionLimit: 100 })).not.toContain('max-idle');
  });

  it.each([
    ['tomcat-jdbc', 'spring.datasource.tomcat.max-wait=-1'],
    ['druid', 'max-wait: -1 '],
    ['c3p0', 'c3p0.checkoutTimeout=0'],
    ['quarkus', 'quarkus.datasource.jdbc.acquisition-timeout=0\n'],
  ])('waits without a limit where 0 is asked for: %s', async (name, line) => {
    expect(await textOf(name, 'mysql', { acquireTimeoutMs: 0 })).toContain(line);
  });

  it.each([
    ['mysql', 'jdbc:mysql://', '?connectTimeout=3000&sessionVariables=max_execution_time=2000"'],
    ['mariadb', 'jdbc:mariadb://', '?connectTimeout=3000&sessionVariables=max_statement_time=2"'],
    ['postgres', 'jdbc:postgresql://', '?connectTimeout=3&options=-c%20statement_timeout%3D2000"'],
  ] as const)('is a URL of the driver of %s, and says that a URL is no pool', async (engine, begins, ends) => {
    const { text, warnings } = await emitSnippet('jdbc-url', settings, { engine });
    const [, url = ''] = /^JDBC_URL="(.*)$/m.exec(text) ?? [];
    expect(url).toMatch(new RegExp(`^${begins}`));
    expect(url.endsWith(ends)).toBe(true);
    expect(warnings.map(({ message }) => message)).toEqual([
      "JDBC URL has no limit of connections: a URL opens one, and the 2 are the pool's.",
      'JDBC URL has no acquire timeout: nothing waits without a pool.',
    ]);
  });

  it('refuses a part of a second where pgjdbc or Druid would drop it', async () => {
    for (const name of ['tomcat-jdbc', 'druid', 'c3p0', 'quarkus', 'jdbc-url'])
      await expect(textOf(name, 'postgres', { connectTimeoutMs: 700 })).rejects.toThrow('pgjdbc takes whole seconds');
    await expect(textOf('druid', 'mysql', { queryTimeoutMs: 700 })).rejects.toThrow('Druid takes whole seconds');
  });

  it.each(written)('has no login in it: $name', async ({ name }) => {
    const lines = (await textOf(name, 'mysql')).split('\n').filter((line) => /passw/i.test(line));
    expect(lines.filter((line) => !/DB_PASSWORD|^#/.test(line))).toEqual([]);
  });
});
