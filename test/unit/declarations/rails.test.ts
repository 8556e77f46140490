import { describe, expect, it } from 'vitest';
import { readPool } from '../../../src/convert/run.ts';
import { parseYaml } from '../../../src/declarations/formats/yaml.ts';
import { activeRecordReader } from '../../../src/declarations/readers/activerecord.ts';
import { sectionsOf } from '../../../src/declarations/sections.ts';

const context = { file: 'config/database.yml', format: 'yaml', namesOf: () => [] } as const;

function picked(text: string) {
  return sectionsOf(activeRecordReader, parseYaml(text, context.file), context).map(({ at, entries }) => ({
    at,
    ...activeRecordReader.pick(entries, context),
  }));
}

const reference = (inner: string) => `\${${inner}}`;

const file = `# Puma
default: &default
  adapter: postgresql
  encoding: unicode
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>
  checkout_timeout: 2.5

development:
  <<: *default
  database: app_development

production:
  primary:
    <<: *default
    url: <%= ENV['DATABASE_URL'] %>
    password: <%= Rails.env.production? ? ENV["P"] : "x" %> # of prod
  replica:
    <<: *default
    pool: <%= 3 * 4 %>
    database: app
    replica: true
<% if ENV["CI"] %>
test:
  <<: *default
  database: app_test
<% end %>
cache:
  adapter: sqlite3
  database: storage/cache.sqlite3
`;

describe('database.yml', () => {
  it('has a pool for each database of each environment, not for what they share nor for SQLite', () => {
    expect(picked(file).map(({ at }) => at)).toEqual([
      'development',
      'production.primary',
      'production.replica',
      'test',
    ]);
    expect(picked(file).every(({ isMarked, engine }) => isMarked && engine === 'postgres')).toBe(true);
  });

  it('has the variables of ERB with their defaults, and leaves the rest of Ruby unknown', () => {
    const [development, primary, replica] = picked(file).map(({ options }) => options);
    const option = (options: typeof development, name: string) => options?.find((one) => one.name === name);
    expect(option(development, 'pool')).toMatchObject({ value: reference('RAILS_MAX_THREADS:5'), line: 5 });
    expect(option(primary, 'url')?.value).toBe(reference('DATABASE_URL'));
    expect(option(primary, 'password')?.unknown).toBe('Ruby works it out when the application starts');
    expect(option(replica, 'pool')?.unknown).toBe('Ruby works it out when the application starts');
  });

  it.each([
    ['ENV.fetch("N", 7)', 'N:7'],
    ["ENV.fetch('N') { '7' }.to_i", 'N:7'],
    ['ENV["N"] || 7', 'N:7'],
    ['Integer(ENV.fetch("N", "7"))', 'N:7'],
    ['ENV["N"]', 'N'],
    ['ENV.fetch("N").to_json', 'N'],
  ])('reads <%%= %s %%>', (code, value) => {
    expect(parseYaml(`pool: <%= ${code} %>\n`, 'database.yml')).toMatchObject([
      { key: 'pool', value: reference(value) },
    ]);
  });

  it('is no worse for a tag that has no end', () => {
    expect(() => parseYaml(`a: "<% b"\n${'# <%\n'.repeat(50_000)}`, 'a.yml')).not.toThrow();
  });

  it('lets a parameter of the URL win', () => {
    const [pool] = picked('production:\n  url: mysql2://u:p@db/app?pool=20&checkout_timeout=1\n  pool: 5\n');
    expect(pool?.engine).toBe('mysql');
    expect(pool?.options.filter(({ name }) => name === 'pool').map(({ value }) => value)).toEqual(['20']);
  });

  it('has nobody wait at a checkout timeout of 0', () => {
    const [pool] = picked('production:\n  adapter: trilogy\n  database: app\n  checkout_timeout: 0\n');
    expect(pool?.nobodyWaits?.line).toBe(4);
  });
});

describe('what convert makes of it', () => {
  it('is the pool of the environment, in seconds and by the defaults of Rails', async () => {
    const text =
      'adapter: mysql2\ndatabase: app\nmax_connections: 25\nconnect_timeout: 3\nvariables:\n  max_execution_time: 1500\n';
    expect((await readPool({ text, file: 'database.yml', from: 'activerecord' })).settings).toEqual({
      connectionLimit: 25,
      queueLimit: 0,
      acquireTimeoutMs: 5_000,
      connectTimeoutMs: 3_000,
      queryTimeoutMs: 1_500,
    });
  });

  it('is known by a DATABASE_URL with such parameters', async () => {
    const text = 'DATABASE_URL=postgres://u:p@db/app?pool=20&checkout_timeout=2\n';
    const { name, settings } = await readPool({ text, file: '.env' });
    expect({ name, settings }).toMatchObject({
      name: 'activerecord',
      settings: { connectionLimit: 20, acquireTimeoutMs: 2_000 },
    });
  });
});

it('has no pool for a template that the environments merge', () => {
  const text = 'default: &default\n  adapter: postgresql\n  pool: 5\nproduction:\n  <<: *default\n';
  expect(picked(text).map(({ at }) => at)).toEqual(['production']);
});
