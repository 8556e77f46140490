import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredPoolsInConfig } from '../../../src/declarations/config-files/index.ts';
import { environmentOf } from '../../../src/declarations/environment.ts';
import { readManifests } from '../../../src/declarations/manifests/index.ts';
import { driverProfiles } from '../../helpers/lint-fixtures.ts';

type Texts = Readonly<Record<string, string>>;

/** The pools of the first file, with the others around it. */
function poolsOf(texts: Texts) {
  const files = Object.entries(texts).map(([file, text]) => ({ file, text }));
  const read = (file: string) => texts[file];
  const environment = environmentOf(files, readManifests(files, read));
  const [first = { file: '', text: '' }] = files;
  return declaredPoolsInConfig(first, { read, environment, profiles: driverProfiles });
}

/** Each pool in a line: library, what it is called, its environment, its options that are known, `?` for the others. */
function shown(texts: Texts): string[] {
  return poolsOf(texts).pools.map(({ library, name, environment, endpoints, options, opaque }) =>
    [
      library,
      name,
      environment && `in ${environment}`,
      endpoints && `x ${endpoints}`,
      ...options
        .filter(({ name: option }) => !/url|host|user|pass|^name$/i.test(option))
        .map(({ name: option, value }) => `${option}=${value.kind === 'known' ? value.value : '?'}`),
      opaque !== undefined && 'opaque',
    ]
      .filter(Boolean)
      .join(' '),
  );
}

/** The text that a place stands for. */
const textAt = (text: string, { start, end }: { start: number; end: number }) => text.slice(start, end);

const kinds: readonly (readonly [what: string, texts: Texts, pools: readonly string[]])[] = [
  [
    'each document of Spring is for its profile, and none claims to have all options',
    {
      'application.yml':
        'spring.datasource:\n  url: jdbc:postgresql://db/a\n  hikari.maximum-pool-size: 8\n---\nspring:\n  config.activate.on-profile: prod\n  datasource.hikari: { maximumPoolSize: 40, minimum-idle: 4 }\n',
    },
    ['hikaricp maximumPoolSize=8 opaque', 'hikaricp in prod maximumPoolSize=40 minimumIdle=4 opaque'],
  ],
  [
    'properties have documents too',
    {
      'application.properties':
        'spring.datasource.hikari.maximum-pool-size=8\n#---\nspring.config.activate.on-profile=prod\nspring.datasource.hikari.maximum-pool-size=40\n',
    },
    ['hikaricp maximumPoolSize=8 opaque', 'hikaricp in prod maximumPoolSize=40 opaque'],
  ],
  [
    'a file of a profile is for it',
    { 'application-prod.yml': 'spring.datasource.hikari: { maximum-pool-size: "${POOL:12}" }\n' },
    ['hikaricp in prod maximumPoolSize=12 opaque'],
  ],
  [
    'what the project sets beats the default of a placeholder; what nothing sets is unknown',
    {
      'application.yml':
        'spring.datasource.hikari: { maximum-pool-size: "${POOL:12}", minimum-idle: "${NOWHERE}", max-lifetime: "${db.life:${LIFE:900000}}" }\n',
      '.env.production': 'POOL=30\n',
    },
    ['hikaricp maximumPoolSize=30 minimumIdle=? maxLifetime=900000'],
  ],
  [
    'another name is read where the text is of Spring',
    { 'config/orders.properties': 'spring.datasource.hikari.maximum-pool-size=7\n' },
    ['hikaricp maximumPoolSize=7'],
  ],
  ['another file of that name is not', { 'config/orders.yml': 'panels:\n  - datasource: { hikari: { a: 1 } }\n' }, []],
  [
    'ormconfig.json, with a replication',
    {
      'ormconfig.json':
        '[{ "name": "main", "type": "postgres", "extra": { "max": 15 } }, { "name": "copy", "type": "mysql", "replication": { "master": { "host": "a" }, "slaves": [{ "host": "b" }, { "host": "c" }] }, "extra": { "connectionLimit": 6 } }]',
    },
    ['typeorm-postgres extra.max=15', 'typeorm-mysql x 3 extra.connectionLimit=6'],
  ],
  [
    'config.json of sequelize-cli, by environment',
    {
      'config/config.json':
        '{ "development": { "dialect": "postgres", "pool": { "max": 2 } }, "production": { "dialect": "postgres", "pool": { "max": 25, "acquire": 5000 } } }',
    },
    ['sequelize in development pool.max=2', 'sequelize in production pool.max=25 pool.acquire=5000'],
  ],
  [
    'knexfile.json, with and without environments',
    { 'knexfile.json': '{ "client": "pg", "pool": { "min": 0, "max": 9 } }' },
    ['knex pool.min=0 pool.max=9'],
  ],
  [
    'schema.prisma, with the parameters of its URL',
    {
      'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      'package.json': '{ "dependencies": { "@prisma/client": "^6.1.0" } }',
      '.env': 'DATABASE_URL="postgresql://app@db/app?connection_limit=5&pool_timeout=3"\n',
    },
    ['prisma-engine db connection_limit=5 pool_timeout=3'],
  ],
  [
    'no engine of Prisma 7, and none behind an adapter',
    {
      'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      'package.json': '{ "dependencies": { "@prisma/client": "^7.0.0" } }',
    },
    [],
  ],
];

describe('the pools of a configuration file', () => {
  it.each(kinds)('%s', (_what, texts, pools) => {
    expect(shown(texts).map((line) => line.replace(/ (?:type|dialect|client|provider)=\S+/g, ''))).toEqual(pools);
  });
});

describe('a file within a manifest', () => {
  const inner = 'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 30\n      idle-timeout: 5000\n';
  const block = (indicator: string, indent: number, ending = '\n') =>
    ['apiVersion: v1', 'kind: ConfigMap', 'metadata: { name: a }', 'data:', `  application.yml: ${indicator}`]
      .concat(inner.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line)))
      .join(ending);

  it.each([
    ['|', 4, '\n'],
    ['|-', 9, '\n'],
    ['|2-', 4, '\n'],
    ['| # as it is', 4, '\n'],
    ['|', 4, '\r\n'],
  ])('has its places in the outer file: %s, %i spaces, line end %j', (indicator, indent, ending) => {
    const text = `# before${ending}---${ending}${block(indicator, indent, ending)}`;
    const [pool] = poolsOf({ 'k8s/config.yaml': text }).pools;
    const written = pool?.options.map(({ name, place }) => [name, textAt(text, place)]);
    expect(written).toEqual([
      ['maximumPoolSize', 'maximum-pool-size: 30'],
      ['idleTimeout', 'idle-timeout: 5000'],
    ]);
  });

  it('is a note of the outer file where it cannot be read', () => {
    const text = block('|', 4).replace('maximum-pool-size: 30', 'maximum-pool-size: [30');
    expect(poolsOf({ 'k8s/config.yaml': text })).toMatchObject({ pools: [], notes: [{ file: 'k8s/config.yaml' }] });
  });
});

describe('a configuration file of anything at all', () => {
  const texts: Texts = Object.assign({}, ...kinds.map(([, given]) => given));

  it('is a note at most, and every place of it is within the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(texts)),
        fc.nat(),
        fc.nat(80),
        fc.string({ maxLength: 8 }),
        (file, at, length, middle) => {
          const text = texts[file] ?? '';
          const start = at % (text.length + 1);
          const changed = text.slice(0, start) + middle + text.slice(start + length);
          const outer = `kind: ConfigMap\nmetadata: { name: a }\ndata:\n  application.yml: |\n${changed.replace(/^/gm, '    ')}\n`;
          for (const [name, given] of [
            [file, changed],
            ['config.yaml', outer],
          ] as const) {
            for (const { place, options } of poolsOf({ [name]: given }).pools) {
              for (const { start: from, end } of [
                place,
                ...options.flatMap((option) => [option.place, option.keyPlace]),
              ])
                expect([0 <= from, from <= end, end <= given.length]).toEqual([true, true, true]);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends with a pool or a note where it has 100,000 lines, or aliases within aliases', () => {
    const head = 'spring.datasource.hikari: { maximum-pool-size: 8 }\n';
    const long = head + Array.from({ length: 100_000 }, (_, line) => `k${line}: 1\n`).join('');
    const bomb = [`${head}x0: &x0 [a, a]`];
    for (let level = 1; level < 60; level += 1) bomb.push(`x${level}: &x${level} [*x${level - 1}, *x${level - 1}]`);
    for (const text of [long, bomb.join('\n')]) {
      const { pools, notes } = poolsOf({ 'application.yml': text });
      expect(pools.length + notes.length).toBe(1);
    }
  });
});
