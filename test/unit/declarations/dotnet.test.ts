import { describe, expect, it } from 'vitest';
import { readPool } from '../../../src/convert/run.ts';
import { connectionDriver, connectionWords } from '../../../src/declarations/connection-string.ts';
import { parseYaml } from '../../../src/declarations/formats/yaml.ts';
import { npgsqlReader } from '../../../src/declarations/readers/npgsql.ts';
import { sectionsOf } from '../../../src/declarations/sections.ts';

const appsettings = `{
  "Logging": { "LogLevel": { "Default": "Information" } },
  "ConnectionStrings": {
    "Default": "Host=db;Port=5432;Username=app;Password=\\"a;b=c\\";Maximum Pool Size=40;Timeout=7",
    "Reports": "Server=db;Port=5432;Database=app;MaxPoolSize=8;Command Timeout=0",
    "Legacy": "Server=old;Port=3306;Uid=app;Pwd=secret;Max Pool Size=30;Connection Timeout=3;Default Command Timeout=9",
    "Hangfire": "Server=.;Initial Catalog=jobs;Integrated Security=true;Max Pool Size=200"
  }
}
`;

describe('a connection string', () => {
  it('is taken apart at its semicolons, which a value in quotes may hold', () => {
    const words = connectionWords(`Host = db ; Password="a;""b"" = c";Pwd='x;y'; Max Pool Size=5;`);
    expect(words.map(({ keyword, value }) => [keyword, value])).toEqual([
      ['Host', 'db'],
      ['Password', 'a;"b" = c'],
      ['Pwd', 'x;y'],
      ['Max Pool Size', '5'],
    ]);
  });

  it.each([
    ['Host=db;Username=u;Database=d', 'npgsql'],
    ['Server=db;Port=5432;User Id=u', 'npgsql'],
    ['Server=db;Port=3306;User=u', 'mysqlconnector'],
    ['Server=db;Uid=u;AllowUserVariables=true', 'mysqlconnector'],
    ['Server=db;Database=d;User Id=u;Password=p;Max Pool Size=9', undefined],
    ['Server=tcp:db,1433;Initial Catalog=d;Encrypt=True', 'other'],
    ['Data Source=app.db;Mode=ReadOnly', 'other'],
  ])('is known by its keywords, or not: %s', (text, driver) => {
    expect(connectionDriver(connectionWords(text))).toBe(driver);
  });

  it.each(['=;=;', 'a=', ';;;', `a${' '.repeat(50_000)}`, `${'a=1;'.repeat(10_000)}`, 'Host="', 'Host='])(
    'is read to its end whatever it is',
    (text) => {
      expect(() => connectionWords(text)).not.toThrow();
    },
  );
});

describe('appsettings.json', () => {
  it('has a pool for each connection string of the driver, by its name', () => {
    const context = { file: 'appsettings.json', format: 'yaml', namesOf: () => [] } as const;
    const sections = sectionsOf(npgsqlReader, parseYaml(appsettings, context.file), context);
    expect(sections.map(({ at }) => at)).toEqual(['Default', 'Reports']);
    const sizes = sections.map(({ entries }) => npgsqlReader.pick(entries, context).options);
    expect(sizes.map((options) => options.find(({ name }) => name === 'MaxPoolSize')?.value)).toEqual(['40', '8']);
  });

  it('has the place of each keyword', () => {
    const text = '{ "ConnectionStrings": { "Default": "Host=db;Username=u;Maximum Pool Size=40" } }';
    const [entry] = npgsqlReader
      .pick(parseYaml(text, 'a.json'), { file: 'a.json', format: 'yaml', namesOf: () => [] })
      .options.filter(({ name }) => name === 'MaxPoolSize');
    expect(entry && text.slice(entry.keyAt.start, entry.valueAt.end)).toBe('Maximum Pool Size=40');
    expect(entry?.key).toBe('Default.MaximumPoolSize');
  });
});

describe('what convert makes of it', () => {
  it.each([
    [
      'appsettings.json',
      '{"ConnectionStrings": {"Main": "Host=db;Username=u;Maximum Pool Size=40;Timeout=7"}}',
      'npgsql',
      40,
      7_000,
    ],
    [
      'appsettings.json',
      '// both\n{"ConnectionStrings": { /* one */ "Main": "Host=db;Username=u;Maximum Pool Size=40;Timeout=7", } // end\n}',
      'npgsql',
      40,
      7_000,
    ],
    ['.env', 'ConnectionStrings__Main="Host=db;Username=u;MaxPoolSize=40;Timeout=7"\n', 'npgsql', 40, 7_000],
    ['connection.txt', 'Host=db;Port=5432;Username=u;Maximum Pool Size=40;Timeout=7\n', 'npgsql', 40, 7_000],
    ['connection.txt', 'Server=db;Port=3306;Uid=u;maxpoolsize=9\n', 'mysqlconnector', 9, 15_000],
  ])('is the pool of %s', async (file, text, system, connectionLimit, timeoutMs) => {
    const { name, settings } = await readPool({ text, file });
    expect({ name, settings }).toEqual({
      name: system,
      settings: {
        connectionLimit,
        queueLimit: 0,
        acquireTimeoutMs: timeoutMs,
        connectTimeoutMs: timeoutMs,
        queryTimeoutMs: 30_000,
      },
    });
  });

  it('never is a value of the login', async () => {
    const text = 'Host=db;Port=5432;Username=admin;Password=hunter2;Maximum Pool Size=40;Whatever=hunter2\n';
    const pool = await readPool({ text, file: 'connection.txt' });
    expect(pool.byReference.map(({ key }) => key)).toContain('Password');
    expect(JSON.stringify([pool.settings, pool.found])).not.toContain('hunter2');
  });

  it('is no size where Pooling turns the pool off', async () => {
    const text = 'Host=db;Port=5432;Username=admin;pooling=False;Maximum Pool Size=40\n';
    await expect(readPool({ text, file: 'connection.txt' })).rejects.toThrow('Pooling is off');
  });

  it('has its keywords in upper and lower case, and behind what is no keyword', async () => {
    const text = 'server=db;port=3306;PWD=hunter2;hunter2;ssl-ca=a.pem;maximum pool size=40;CONNECTION TIMEOUT=5\n';
    const { settings, leftovers } = await readPool({ text, file: 'connection.txt' });
    expect(settings).toMatchObject({ connectionLimit: 40, acquireTimeoutMs: 5_000 });
    expect(leftovers).toEqual([]);
  });
});
