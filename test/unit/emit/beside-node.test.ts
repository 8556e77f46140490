import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { EngineId } from '../../../src/base/engine.ts';
import { emitSnippet, emitSnippets } from '../../../src/emit/run.ts';
import type { EmitFleet, EmitInput, Emitted } from '../../../src/emit/target.ts';
import type { PoolSettings } from '../../../src/size/input.ts';
import { poolctl } from '../../helpers/run.ts';

const usual: PoolSettings = { connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 3_000, connectTimeoutMs: 10_000 };
const edge: PoolSettings = { connectionLimit: 1, queueLimit: 0, acquireTimeoutMs: 0, connectTimeoutMs: 2_000 };
const alone = (connectionLimit: number): EmitFleet => ({
  instances: 1,
  processesPerInstance: 1,
  connections: connectionLimit,
});

interface Wishes {
  readonly settings?: PoolSettings;
  readonly engine?: EngineId;
  readonly fleet?: EmitFleet;
  readonly driverVersion?: EmitInput['driverVersion'];
}

async function emit(name: string, { settings = usual, engine, fleet, driverVersion }: Wishes = {}): Promise<Emitted> {
  const why = [`connectionLimit ${settings.connectionLimit}: the reason.`];
  return emitSnippets({
    names: [name],
    settings,
    why,
    engine,
    driverVersion,
    fleet: fleet ?? alone(settings.connectionLimit),
  });
}

async function textOf(name: string, wishes?: Wishes): Promise<string> {
  return (await emit(name, wishes)).snippets[0]?.text ?? '';
}

/** What stands in lines of `key=value`; a comment has a line of its own in all of these formats. */
function assignments(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => !/^\s*(?:[#;[]|$)/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

const refusal = (name: string, wishes: Wishes) =>
  textOf(name, wishes).then(
    (text) => ({ code: 'none', message: text, hint: '' }),
    (error: { code: string; message: string; hint: string }) => error,
  );

describe('HikariCP', () => {
  it('is told the same in YAML and in properties', async () => {
    for (const engine of ['mysql', 'mariadb', 'postgres'] as const) {
      for (const settings of [usual, edge, { ...usual, queryTimeoutMs: 1_500 }]) {
        const yaml = parse(await textOf('hikaricp', { settings, engine })) as object;
        const properties = assignments(await textOf('hikaricp-properties', { settings, engine }));
        expect(flat(yaml)).toEqual(properties);
      }
    }
  });

  it('has the limits by their names, and the server by reference', async () => {
    const { spring } = parse(
      await textOf('hikaricp', { settings: { ...usual, queryTimeoutMs: 1_500 }, engine: 'postgres' }),
    );
    expect(spring.datasource).toEqual({
      url: reference('jdbc:postgresql://$DB_HOST:$DB_PORT:5432/$DB_DATABASE').replace(
        '{DB_PORT}:5432',
        '{DB_PORT:5432}',
      ),
      username: reference('$DB_USERNAME'),
      password: reference('$DB_PASSWORD'),
      hikari: {
        'maximum-pool-size': 90,
        'connection-timeout': 3_000,
        'validation-timeout': 1_500,
        'data-source-properties': { connectTimeout: 10 },
        'connection-init-sql': 'SET statement_timeout = 1500',
      },
    });
  });

  it('has its connect timeout in the unit of the JDBC driver: seconds for PostgreSQL, ms for the others', async () => {
    for (const [engine, value] of [
      ['postgres', '10'],
      ['mysql', '10000'],
      ['mariadb', '10000'],
    ] as const) {
      const lines = assignments(await textOf('hikaricp-properties', { engine }));
      expect(lines['spring.datasource.hikari.data-source-properties.connectTimeout']).toBe(value);
    }
  });

  it.each([
    ['mysql', 'SET SESSION max_execution_time = 1500'],
    ['mariadb', 'SET SESSION max_statement_time = 1.5'],
    ['postgres', 'SET statement_timeout = 1500'],
  ] as const)('has %s stop a statement after 1.5 s by %s', async (engine, sql) => {
    const text = await textOf('hikaricp', { settings: { ...usual, queryTimeoutMs: 1_500 }, engine });
    expect(parse(text).spring.datasource.hikari['connection-init-sql']).toBe(sql);
  });

  it('waits without a limit as far as it can, and is refused a wait below 250 ms, which its setter throws at', async () => {
    expect(parse(await textOf('hikaricp', { settings: edge })).spring.datasource.hikari['connection-timeout']).toBe(0);
    expect(await refusal('hikaricp', { settings: { ...usual, acquireTimeoutMs: 249 } })).toMatchObject({
      code: 'INPUT_CONTRADICTION',
      hint: 'Choose 250 ms, or another time in between.',
    });
    const { hikari } = parse(await textOf('hikaricp', { settings: { ...usual, acquireTimeoutMs: 250 } })).spring
      .datasource;
    expect(hikari).toMatchObject({ 'connection-timeout': 250, 'validation-timeout': 250 });
  });

  it('is warned of for what it lacks, and only for that', async () => {
    const { warnings } = await emit('hikaricp', { engine: 'mysql', settings: { ...usual, queryTimeoutMs: 1_500 } });
    expect(warnings.map(({ message }) => /has no ([\w ]+):/.exec(message)?.[1])).toEqual([
      'queue limit',
      'connect timeout',
      'query timeout of the pool',
    ]);
    const [queue, connect, query] = warnings;
    expect(queue?.hint).toBe('It cannot be had with this driver.');
    expect(connect?.hint).toContain('data-source-properties');
    expect(query?.hint).toContain('connection-init-sql');
  });
});

describe('DBCP', () => {
  it('has the names and the meanings of its version', async () => {
    expect(
      assignments(await textOf('dbcp2', { settings: { ...usual, queryTimeoutMs: 5_000 }, engine: 'mysql' })),
    ).toEqual({
      driverClassName: 'com.mysql.cj.jdbc.Driver',
      maxTotal: '90',
      maxIdle: '90',
      maxWaitMillis: '3000',
      connectionProperties: 'connectTimeout=10000',
      defaultQueryTimeout: '5',
    });
    expect(
      assignments(await textOf('dbcp1', { settings: { ...usual, queryTimeoutMs: 5_000 }, engine: 'postgres' })),
    ).toEqual({
      driverClassName: 'org.postgresql.Driver',
      maxActive: '90',
      maxIdle: '90',
      maxWait: '3000',
      connectionProperties: 'connectTimeout=10',
      initConnectionSqls: 'SET statement_timeout = 5000',
    });
  });

  it('waits without a limit by -1 in both, because 0 fails at once in DBCP 2', async () => {
    expect(assignments(await textOf('dbcp2', { settings: edge }))).toMatchObject({
      maxTotal: '1',
      maxWaitMillis: '-1',
    });
    expect(assignments(await textOf('dbcp1', { settings: edge }))).toMatchObject({ maxActive: '1', maxWait: '-1' });
  });

  it('is told maxIdle only where its default of 8 would close connections', async () => {
    for (const [connectionLimit, maxIdle] of [
      [8, undefined],
      [9, '9'],
    ] as const) {
      expect(assignments(await textOf('dbcp2', { settings: { ...usual, connectionLimit } }))['maxIdle']).toBe(maxIdle);
    }
  });

  it('is refused half a second where it takes whole ones', async () => {
    const settings = { ...usual, queryTimeoutMs: 1_500 };
    expect(await refusal('dbcp2', { settings })).toMatchObject({
      code: 'INPUT_CONTRADICTION',
      hint: expect.stringContaining('2 s'),
    });
    expect(await textOf('dbcp1', { settings })).toContain('max_execution_time = 1500');
  });
});

describe('PgBouncer', () => {
  it('has the server side of the fleet in normal running, and its clients at the worst minute of a roll-out', async () => {
    const fleet = { instances: 3, processesPerInstance: 2, connections: 720 };
    const text = await textOf('pgbouncer', { settings: { ...usual, queryTimeoutMs: 1_500 }, fleet });
    expect(assignments(text)).toMatchObject({
      default_pool_size: '540',
      max_db_connections: '540',
      max_client_conn: '1120',
      query_wait_timeout: '3',
      server_connect_timeout: '10',
      query_timeout: '1.5',
      pool_mode: 'transaction',
      auth_file: '/etc/pgbouncer/userlist.txt',
    });
    expect(text).not.toMatch(/^[^;\n].*\S[ \t]+[;#]/m);
  });

  it('lets any number wait by the most clients that can be set, and without a limit by 0', async () => {
    expect(assignments(await textOf('pgbouncer', { settings: edge }))).toMatchObject({
      default_pool_size: '1',
      max_client_conn: '1000000',
      query_wait_timeout: '0',
    });
  });
});

describe('ProxySQL', () => {
  it('is told limits and times in ms, and takes them to runtime and disk', async () => {
    const text = await textOf('proxysql', { settings: { ...usual, queryTimeoutMs: 5_000 } });
    expect(statements(text)).toEqual([
      'UPDATE mysql_servers SET max_connections = 90 WHERE hostgroup_id = 0',
      "UPDATE global_variables SET variable_value = '140' WHERE variable_name = 'mysql-max_connections'",
      "UPDATE global_variables SET variable_value = '3000' WHERE variable_name = 'mysql-connect_timeout_server_max'",
      "UPDATE global_variables SET variable_value = '10000' WHERE variable_name = 'mysql-connect_timeout_server'",
      "UPDATE global_variables SET variable_value = '5000' WHERE variable_name = 'mysql-default_query_timeout'",
      'LOAD MYSQL SERVERS TO RUNTIME',
      'SAVE MYSQL SERVERS TO DISK',
      'LOAD MYSQL VARIABLES TO RUNTIME',
      'SAVE MYSQL VARIABLES TO DISK',
    ]);
  });

  it('has no comment before a command that it knows by its first word', async () => {
    expect(await textOf('proxysql')).not.toMatch(/--.*\n(?:LOAD|SAVE|SET)/);
  });

  it.each([
    ['acquire', { ...usual, acquireTimeoutMs: 0 }, 'Choose 60 min'],
    ['acquire', { ...usual, acquireTimeoutMs: 9 }, 'Choose 10 ms'],
    ['connect', { ...usual, connectTimeoutMs: 120_001 }, 'Choose 2 min'],
    ['query', { ...usual, queryTimeoutMs: 999 }, 'Choose 1 s'],
  ])(
    'is refused a %s timeout outside of its range, in which it would keep the old one',
    async (what, settings, hint) => {
      expect(await refusal('proxysql', { settings })).toMatchObject({
        code: 'INPUT_CONTRADICTION',
        message: expect.stringContaining(`for the ${what} timeout`),
        hint: expect.stringContaining(hint),
      });
    },
  );
});

const python = ['sqlalchemy', 'django', 'sqlalchemy-async', 'asyncpg', 'psycopg-pool'] as const;
const everyEngine = ['postgres', 'mysql', 'mariadb'] as const;

describe('Python', () => {
  it.skipIf(!has('python3'))('parses what is written for it', async () => {
    const texts: string[] = [];
    for (const name of python) {
      const onPostgres = name === 'asyncpg' || name === 'psycopg-pool';
      for (const engine of onPostgres ? (['postgres'] as const) : everyEngine) {
        for (const settings of [
          usual,
          edge,
          { ...usual, queryTimeoutMs: 1_500 },
          { ...edge, nobodyWaits: true as const },
        ])
          texts.push(await textOf(name, { engine, settings }));
      }
    }
    const check = 'import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)\nprint("parsed")';
    expect(execFileSync('python3', ['-c', check], { input: JSON.stringify(texts), encoding: 'utf8' })).toBe('parsed\n');
  });

  it('has SQLAlchemy keep pool_size as the limit, and wait in seconds', async () => {
    const text = await textOf('sqlalchemy', { settings: { ...usual, acquireTimeoutMs: 500, queryTimeoutMs: 1_500 } });
    expect(text).toMatch(/ pool_size=90,\n {4}max_overflow=0, .*\n {4}pool_timeout=0\.5, /);
    expect(text).toContain('"connect_timeout": 10,');
    expect(text).toContain('"options": "-c statement_timeout=1500",');
    expect(await textOf('sqlalchemy', { settings: edge })).toContain('pool_timeout=None,');
    expect(text).toContain('"postgresql+psycopg",');
    expect(await textOf('sqlalchemy', { driverVersion: [1, 4] })).toContain('"postgresql+psycopg2",');
  });

  it('has Django 5.1 pool with psycopg, and no min_size above max_size', async () => {
    const text = await textOf('django', { engine: 'postgres' });
    expect(text).toMatch(
      /"pool": \{\n\s+"min_size": 90,.*\n\s+"max_size": 90,\n\s+"max_waiting": 50,.*\n\s+"timeout": 3,/,
    );
    expect(await textOf('django', { settings: { ...usual, queueLimit: 0 } })).not.toContain('min_size');
    const least = await textOf('django', { settings: edge });
    expect(least).toMatch(/"min_size": 1,\n\s+"max_size": 1,\n\s+"timeout": 2147483,/);
    expect(least).not.toContain('max_waiting');
  });

  it.each([
    ['below 5.1', { driverVersion: [5, 0] as const, engine: 'postgres' as const }],
    ['below 5.1, for whatever engine', { driverVersion: [4, 2] as const }],
    ['with MySQL', { engine: 'mysql' as const }],
    ['with MariaDB', { engine: 'mariadb' as const }],
  ])('says plainly that Django %s has no pool', async (_when, wishes) => {
    const { snippets, warnings } = await emit('django', wishes);
    expect(snippets[0]?.title).toBe('Django without a pool');
    expect(snippets[0]?.text).toContain('# There is no pool');
    expect(snippets[0]?.text).toContain('"CONN_MAX_AGE": 600,');
    expect(snippets[0]?.text).not.toMatch(/max_size|max_waiting|"timeout"/);
    const lacks = warnings.filter(({ code }) => code === 'DRIVER_LACKS_OPTION');
    expect(lacks.map(({ message }) => /has no ([\w ]+?)[.:]/.exec(message)?.[1])).toEqual([
      'queue limit',
      'acquire timeout',
    ]);
  });

  it('is refused half a second to connect, which libpq cannot take', async () => {
    const settings = { ...usual, connectTimeoutMs: 1_500 };
    for (const name of ['sqlalchemy', 'django', 'psycopg-pool'])
      expect(await refusal(name, { settings })).toMatchObject({ code: 'INPUT_CONTRADICTION' });
  });
});

describe('asyncpg', () => {
  it('keeps the size, and bounds queue and wait in a function of its own', async () => {
    const text = await textOf('asyncpg', { settings: { ...usual, queryTimeoutMs: 1_500 } });
    expect(text).toMatch(/ max_size=90,\n\s+timeout=10, .*\n\s+command_timeout=1\.5, /);
    expect(text).toContain('if asking >= 90 + 50:');
    expect(text).toContain('pool.acquire(timeout=3)');
    expect(text).not.toContain('min_size');
  });

  it('has no function where nothing is bounded, and no min_size above max_size', async () => {
    const text = await textOf('asyncpg', { settings: edge });
    expect(text).not.toMatch(/asking|asynccontextmanager/);
    expect(text).toMatch(/min_size=1,\n\s+max_size=1,\n\s+timeout=2,/);
  });

  it('is warned of for what it lacks: its timeout is no second one for the wait', async () => {
    const { warnings } = await emit('asyncpg', { engine: 'postgres' });
    expect(warnings.map(({ code }) => code)).toEqual(['DRIVER_LACKS_OPTION', 'DRIVER_LACKS_OPTION']);
  });
});

describe('an async engine of SQLAlchemy', () => {
  it.each([
    ['postgres', 'postgresql+asyncpg', '"timeout": 10,', '"command_timeout": 1.5,'],
    ['mysql', 'mysql+aiomysql', '"connect_timeout": 10,', '"init_command": "SET SESSION max_execution_time = 1500",'],
    [
      'mariadb',
      'mariadb+aiomysql',
      '"connect_timeout": 10,',
      '"init_command": "SET SESSION max_statement_time = 1.5",',
    ],
  ] as const)('has %s by %s, with its own names for the time of a session', async (engine, url, connect, query) => {
    const text = await textOf('sqlalchemy-async', { settings: { ...usual, queryTimeoutMs: 1_500 }, engine });
    for (const part of [url, connect, query, 'pool_size=90,', 'max_overflow=0,', 'pool_timeout=3,'])
      expect(text).toContain(part);
  });

  it('never has a pool_timeout of 0, which refuses also where connections are free', async () => {
    expect(await textOf('sqlalchemy-async', { settings: edge })).toContain('pool_timeout=None,');
    const settings = { ...edge, nobodyWaits: true as const };
    expect(await textOf('sqlalchemy-async', { settings })).toContain('pool_timeout=0.001,');
    expect(await textOf('sqlalchemy', { settings })).toContain('pool_timeout=0,');
  });
});

describe('Go', () => {
  it('opens no more than the limit, keeps them, and bounds the wait by a context of its own', async () => {
    const text = await textOf('go', { engine: 'mysql' });
    expect(text).toContain('\tdb.SetMaxOpenConns(90)\n\tdb.SetMaxIdleConns(90) ');
    expect(text).toContain('context.WithTimeout(ctx, 3*time.Second)');
    expect(text).toContain('make(chan struct{}, 90+50)');
    expect(text).toContain('config.Timeout = 10 * time.Second');
  });

  it('has nothing of what is not asked for', async () => {
    const text = await textOf('go', { settings: edge, engine: 'postgres' });
    expect(text).not.toMatch(/context|errors|UseConn|SetMaxIdleConns/);
    expect(text).toContain('RawQuery: "connect_timeout=2"');
  });

  it('imports exactly the packages that it uses', async () => {
    const standard = ['context', 'sql', 'errors', 'net', 'url', 'os', 'time'];
    for (const engine of everyEngine) {
      for (const settings of [usual, edge, { ...usual, acquireTimeoutMs: 0 }, { ...usual, queueLimit: 0 }]) {
        const text = await textOf('go', { engine, settings });
        const end = text.indexOf('\n)\n');
        const imported = standard.filter((name) => new RegExp(`"(?:\\w+/)?${name}"`).test(text.slice(0, end)));
        const rest = text.slice(end);
        expect(imported).toEqual(standard.filter((name) => new RegExp(`\\b${name}\\.[A-Z]`).test(rest)));
      }
    }
  });

  it.skipIf(!has('gofmt'))('is written as gofmt writes it', async () => {
    for (const engine of everyEngine) {
      const text = await textOf('go', { engine });
      expect(execFileSync('gofmt', { input: text, encoding: 'utf8' })).toBe(text);
    }
  });
});

describe('the environment', () => {
  const expected = {
    DB_POOL_CONNECTION_LIMIT: '90',
    DB_POOL_QUEUE_LIMIT: '50',
    DB_POOL_ACQUIRE_TIMEOUT_MS: '3000',
    DB_POOL_CONNECT_TIMEOUT_MS: '10000',
  };

  it('is the same in .env, Compose and Kubernetes', async () => {
    expect(assignments(await textOf('env'))).toEqual(expected);
    expect(parse(await textOf('docker-compose')).services.app.environment).toMatchObject(expected);
    expect(parseAllDocuments(await textOf('kubernetes'))[0]?.toJS().data).toEqual(expected);
  });

  it('has 0 for no limit, and no query timeout where there is none', async () => {
    expect(assignments(await textOf('env', { settings: edge }))).toEqual({
      DB_POOL_CONNECTION_LIMIT: '1',
      DB_POOL_QUEUE_LIMIT: '0',
      DB_POOL_ACQUIRE_TIMEOUT_MS: '0',
      DB_POOL_CONNECT_TIMEOUT_MS: '2000',
    });
    expect(await textOf('env', { settings: { ...usual, queryTimeoutMs: 1_500 } })).toContain(
      'DB_POOL_QUERY_TIMEOUT_MS=1500',
    );
  });

  it('has Compose start the instances, and take the login from its own environment', async () => {
    const { app } = parse(
      await textOf('docker-compose', { fleet: { instances: 3, processesPerInstance: 1, connections: 360 } }),
    ).services;
    expect(app.deploy).toEqual({ replicas: 3 });
    expect(app.environment.DB_PASSWORD).toBe(reference('$DB_PASSWORD'));
  });
});

describe('Kubernetes', () => {
  const manifest = async (fleet: EmitFleet) =>
    parseAllDocuments(await textOf('kubernetes', { fleet })).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    });

  it('is a ConfigMap, and a Deployment whose Pods read it and a Secret', async () => {
    const [map, deployment, ...rest] = await manifest(alone(90));
    expect(rest).toEqual([]);
    expect(map).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(deployment).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
    const { selector, template } = deployment.spec;
    expect(template.metadata.labels).toEqual(selector.matchLabels);
    expect(template.spec.containers[0].envFrom).toEqual([
      { configMapRef: { name: map.metadata.name } },
      { secretRef: { name: 'app-db' } },
    ]);
    for (const value of Object.values(map.data)) expect(value).toBeTypeOf('string');
  });

  it.each([
    [{ instances: 4, processesPerInstance: 1, connections: 5 * 90 }, 4, 1, 0],
    [{ instances: 3, processesPerInstance: 2, connections: 6 * 2 * 90 }, 3, 3, 0],
    [{ instances: 3, processesPerInstance: 1, connections: 3 * 90 }, 3, 0, 1],
  ])('rolls out as it was sized for: %j', async (fleet, replicas, maxSurge, maxUnavailable) => {
    const [, { spec }] = await manifest(fleet);
    expect(spec.replicas).toBe(replicas);
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } });
  });

  it('says that one Pod without a second one for the roll-out is an outage at every deploy', async () => {
    const codes = async (fleet: EmitFleet) =>
      (await emit('kubernetes', { fleet })).warnings.map(({ code, hint }) => `${code}: ${hint}`);
    expect(await codes(alone(90))).toEqual([
      'DEPLOY_WITH_OUTAGE: `size --surge 1` makes room for a second Pod: 180 connections at the worst minute.',
    ]);
    expect(await codes({ ...alone(90), connections: 180 })).toEqual([]);
    expect(await codes({ ...alone(90), instances: 2, connections: 180 })).toEqual([]);
  });

  it('has a second Pod for the roll-out where nothing was sized, and says what that takes', async () => {
    const { text, warnings } = await emitSnippet('kubernetes', usual);
    expect(text).toContain('maxSurge: 1 # 2 Pods x 90 = 180 connections at the worst minute\n');
    expect(text).toContain('maxUnavailable: 0\n');
    expect(warnings).toEqual([]);
  });

  it('follows --instances and --surge of size', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --instances 4 --surge 25% --emit kubernetes --json');
    const [, { spec }] = parseAllDocuments(JSON.parse(stdout).result.snippets[0].text).map((document) =>
      document.toJS(),
    );
    expect(spec).toMatchObject({ replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  });
});

describe('every target beside Node', () => {
  const names = [
    'hikaricp',
    'hikaricp-properties',
    'dbcp2',
    'dbcp1',
    'sqlalchemy',
    'sqlalchemy-async',
    'asyncpg',
    'psycopg-pool',
    'django',
    'go',
    'npgsql',
    'mysqlconnector',
    'activerecord',
    'ecto',
    'pgbouncer',
    'proxysql',
    'env',
    'docker-compose',
    'kubernetes',
  ];

  it.each(names)('has the reason for the numbers as a comment at the top: %s', async (name) => {
    expect(await textOf(name)).toMatch(/^(?:#|;|--|\/\/) connectionLimit 90: the reason\.\n/);
  });

  it.each(names)('has no secret in it: %s', async (name) => {
    const lines = (await textOf(name)).split('\n').filter((line) => /passw/i.test(line));
    expect(lines.filter((line) => !/DB_PASSWORD|^\s*[#;]/.test(line))).toEqual([]);
  });
});

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`beside-node: ${program} is not on this machine, so what it would check is not checked`);
    return false;
  }
}

/** `$NAME` as `${NAME}`. */
function reference(text: string): string {
  return text.replace(/\$(\w+)/g, (_match, name: string) => `\${${name}}`);
}

/** Keys with dots, and values as text. */
function flat(value: unknown, path: readonly string[] = []): Record<string, string> {
  if (typeof value !== 'object' || value === null) return { [path.join('.')]: String(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, child]) => flat(child, [...path, key])));
}

function statements(sql: string): string[] {
  return sql
    .replace(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
