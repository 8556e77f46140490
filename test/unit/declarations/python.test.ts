import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/declarations/environment.ts';
import { mostConnectionsOf } from '../../../src/declarations/most-connections.ts';
import { importedBy, pythonEntry } from '../../../src/declarations/python/entry.ts';
import { mayMakePythonPools, pythonPools } from '../../../src/declarations/python/index.ts';
import { allDriverProfiles } from '../../../src/profiles/all-drivers.ts';

const driverProfiles = await allDriverProfiles();

/** The pools of db.py beside these files, as "library: connections by setting" or why that is not known. */
function poolsOf(text: string, others: Readonly<Record<string, string>> = {}): string[] {
  const texts: Readonly<Record<string, string>> = { ...others, 'app/db.py': text };
  const files = Object.entries(texts).map(([file, content]) => ({ file, text: content }));
  const environment = environmentOf(files, { services: [], poolers: [], notes: [] });
  if (!mayMakePythonPools({ file: 'app/db.py', text })) return [];
  return pythonPools({ file: 'app/db.py', text }, { environment, read: (file) => texts[file] }).map((pool) => {
    const most = mostConnectionsOf(pool, driverProfiles);
    return `${pool.library}: ${most.kind === 'known' ? `${most.connections} by ${most.setting}` : most.why}`;
  });
}

const engine = (options: string, before = '') =>
  `import os\nfrom sqlalchemy import create_engine\n${before}\nengine = create_engine("postgresql://db/app", ${options})\n`;

describe('an engine of SQLAlchemy', () => {
  it.each([
    ['the library’s own sizes', '', '15'],
    ['literals, of which one is added to the other', 'pool_size=20, max_overflow=4', '24'],
    ['the default of a variable that no file sets', 'pool_size=int(os.getenv("POOL", "7"))', '17'],
    ['a default after `or`', 'pool_size=int(os.environ.get("POOL") or 6), max_overflow=0', '6'],
    ['arithmetic on what is known', 'pool_size=2 * 4, max_overflow=-1 + 3', '10'],
    ['options of a dictionary', '**{"pool_size": 3, "max_overflow": 1}', '4'],
  ])('has %s', (_, options, connections) => {
    expect(poolsOf(engine(options))).toEqual([`sqlalchemy: ${connections} by pool_size + max_overflow`]);
  });

  it.each([
    ['a variable without a default', 'pool_size=int(os.environ["POOL"])', 'POOL is set in no file of the project'],
    ['what a function works out', 'pool_size=pick()', 'pick() works it out when the program runs'],
    ['options that cannot be seen', '**options()', 'options come from elsewhere (**)'],
    ['a condition', 'pool_size=5 if x else 9', 'a condition decides it'],
    ['no limit', 'max_overflow=-1', 'the pool has no limit'],
    ['no pool', 'poolclass=NullPool', 'NullPool opens a connection for each request'],
  ])('is unknown with its reason, by %s', (_, options, why) => {
    expect(poolsOf(engine(options))).toEqual([`sqlalchemy: ${why}`]);
  });

  it('has what the environment sets, and says where', () => {
    const text = engine('pool_size=int(os.environ["POOL"]), max_overflow=0');
    expect(poolsOf(text, { 'app/.env.production': 'POOL=31\n' })).toEqual([
      'sqlalchemy: 31 by pool_size + max_overflow',
    ]);
  });

  it('has constants and settings, of its own file or of the module that they come from', () => {
    const by = (before: string, others = {}) => poolsOf(engine('pool_size=SIZE, max_overflow=0', before), others);
    expect(by('SIZE = int(os.getenv("POOL", 9))')).toEqual(['sqlalchemy: 9 by pool_size + max_overflow']);
    expect(by('from .config import SIZE', { 'app/config.py': 'SIZE = 8\n' })).toEqual([
      'sqlalchemy: 8 by pool_size + max_overflow',
    ]);
    expect(by('SIZE = 1\nSIZE = 2')).toEqual(['sqlalchemy: SIZE is no constant of this file']);
    const settings =
      'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    db_pool: int = 11\nsettings = Settings()\n';
    const text = engine('pool_size=settings.db_pool, max_overflow=0', 'from app.config import settings');
    expect(poolsOf(text, { 'app/config.py': settings })).toEqual(['sqlalchemy: 11 by pool_size + max_overflow']);
    expect(poolsOf(text, { 'app/config.py': settings, '.env.production': 'DB_POOL=40\n' })).toEqual([
      'sqlalchemy: 40 by pool_size + max_overflow',
    ]);
  });

  it('connects to what a field without a default is set to', () => {
    const settings = 'class Settings(BaseSettings):\n    DATABASE_URL: PostgresDsn\n\nsettings = Settings()\n';
    const text =
      'from sqlalchemy import create_engine\nfrom app.config import settings\nengine = create_engine(str(settings.DATABASE_URL))\n';
    const pools = (env: string) => {
      const files = [{ file: '.env', text: env }];
      const environment = environmentOf(files, { services: [], poolers: [], notes: [] });
      const read = (file: string) => (file === 'app/config.py' ? settings : undefined);
      return pythonPools({ file: 'app/db.py', text }, { environment, read });
    };
    expect(pools('DATABASE_URL=postgresql://db/app\n')[0]).toMatchObject({
      engine: 'postgres',
      options: [{ name: 'url', value: { value: 'postgresql://db/app' } }],
    });
    expect(pools('')[0]?.options[0]?.value).toMatchObject({ why: 'DATABASE_URL is set in no file of the project' });
  });

  it('is one where the arms of a condition make one each, and none where that is for SQLite', () => {
    const made = (first: string) =>
      poolsOf(
        `from sqlalchemy import create_engine\nif local:\n    engine = create_engine(url, ${first})\nelse:\n    engine = create_engine(url, pool_size=10, max_overflow=20)\n`,
      );
    expect(made('connect_args={"check_same_thread": False}')).toEqual(['sqlalchemy: 30 by pool_size + max_overflow']);
    expect(made('pool_size=1')).toEqual(['sqlalchemy: 30 by pool_size + max_overflow']);
  });

  it('is none in a comment, in a text, of SQLite, or of a function that somebody else wrote', () => {
    expect(poolsOf('from sqlalchemy import create_engine\n# create_engine("postgresql://db/app")\n')).toEqual([]);
    expect(poolsOf('from sqlalchemy import create_engine\nhelp = """create_engine("postgresql://db")"""\n')).toEqual(
      [],
    );
    expect(poolsOf('from sqlalchemy import create_engine\ne = create_engine("sqlite:///app.db")\n')).toEqual([]);
    expect(
      poolsOf('import sqlalchemy\nfrom .mine import create_engine\ne = create_engine("postgresql://db")\n'),
    ).toEqual([]);
  });
});

it('the engine of Flask-SQLAlchemy has its options or the defaults of the library', () => {
  const flask = (more: string) =>
    poolsOf(
      `from flask_sqlalchemy import SQLAlchemy\napp.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://db/app"\n${more}`,
    );
  expect(flask('')).toEqual(['sqlalchemy: 15 by pool_size + max_overflow']);
  expect(flask('app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 4}\n')).toEqual([
    'sqlalchemy: 14 by pool_size + max_overflow',
  ]);
});

it.each([
  ['import asyncpg\npool = await asyncpg.create_pool(dsn)\n', 'asyncpg: 10 by max_size'],
  ['import asyncpg\npool = await asyncpg.create_pool(dsn, min_size=1, max_size=25)\n', 'asyncpg: 25 by max_size'],
  ['from psycopg_pool import ConnectionPool\npool = ConnectionPool(conninfo)\n', 'psycopg-pool: 4 by max_size'],
  [
    'from psycopg_pool import AsyncConnectionPool\npool = AsyncConnectionPool(conninfo, min_size=8)\n',
    'psycopg-pool: 8 by max_size',
  ],
])('the pool of %j', (text, expected) => {
  expect(poolsOf(text)).toEqual([expected]);
});

/** The options of the only pool of db.py, as its profile calls them. */
function optionsIn(text: string): Record<string, unknown> {
  const environment = environmentOf([], { services: [], poolers: [], notes: [] });
  const [pool] = pythonPools({ file: 'app/db.py', text }, { environment, read: () => undefined });
  return Object.fromEntries(
    (pool?.options ?? []).map(({ name, value }) => [name, value.kind === 'known' ? value.value : value.why]),
  );
}

describe('the options of a pool', () => {
  it.each([
    [
      'psycopg_pool',
      'from psycopg_pool import ConnectionPool\npool = ConnectionPool(kwargs={"connect_timeout": 5, "options": "-c statement_timeout=1500"}, min_size=2, max_size=None, timeout=0.5, max_waiting=3)\n',
      {
        'kwargs.connect_timeout': 5,
        statement_timeout: 1_500,
        min_size: 2,
        max_size: 2,
        timeout: 0.5,
        max_waiting: 3,
      },
    ],
    [
      'asyncpg',
      'import asyncpg\npool = asyncpg.create_pool(max_size=4, timeout=2.5, command_timeout=None, server_settings={"statement_timeout": "2s"})\n',
      { max_size: 4, timeout: 2.5, command_timeout: null, statement_timeout: 2_000 },
    ],
    [
      'an async engine of SQLAlchemy',
      'from sqlalchemy.ext.asyncio import create_async_engine\ne = create_async_engine(URL.create("postgresql+asyncpg"), pool_timeout=None, connect_args={"timeout": 3, "command_timeout": 1.5})\n',
      { pool_timeout: null, 'connect_args.timeout': 3, 'connect_args.command_timeout': 1.5 },
    ],
    [
      'SQL for the start of a session',
      'from sqlalchemy import create_engine\ne = create_engine(URL.create("mariadb+pymysql"), connect_args={"init_command": "SET SESSION max_statement_time = 1.5"})\n',
      { max_statement_time: 1.5 },
    ],
    [
      'the URL',
      'from sqlalchemy import create_engine\ne = create_engine("postgresql://db/app?connect_timeout=7&options=-c%20statement_timeout%3D30s")\n',
      {
        url: 'postgresql://db/app?connect_timeout=7&options=-c%20statement_timeout%3D30s',
        'connect_args.connect_timeout': 7,
        statement_timeout: 30_000,
      },
    ],
  ])('are found where %s has them', (_, text, options) => {
    expect(optionsIn(text)).toEqual(options);
  });
});

describe('the databases of Django', () => {
  const settings = (database: string, more = '') =>
    poolsOf(`DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", ${database}}}\n${more}`);
  const noPool = 'django: Django has no pool here: each thread opens a connection of its own';

  it.each([
    ['as large as max_size', '"OPTIONS": {"pool": {"min_size": 2, "max_size": 12}}', '12'],
    ['as large as min_size, if that is all', '"OPTIONS": {"pool": {"min_size": 6}}', '6'],
    ['of 4 by default', '"OPTIONS": {"pool": True}', '4'],
    ['of a variable', '"OPTIONS": {"pool": {"max_size": int(os.getenv("POOL", 9))}}', '9'],
    ['of options by name', '"OPTIONS": dict(pool=dict(max_size=8))', '8'],
  ])('have a pool %s', (_, database, connections) => {
    expect(settings(database)).toEqual([`django: ${connections} by OPTIONS.pool.max_size`]);
  });

  it.each([
    ['without one', ''],
    ['with an empty one', '"OPTIONS": {"pool": {}}'],
    ['with persistent connections', '"CONN_MAX_AGE": 600'],
  ])('have a connection for each thread %s', (_, database) => {
    expect(settings(database)).toEqual([noPool]);
  });

  it('have what later lines set, and are unclear where a condition decides', () => {
    expect(settings('', 'DATABASES["default"]["OPTIONS"] = {"pool": {"max_size": 7}}\n')).toEqual([
      'django: 7 by OPTIONS.pool.max_size',
    ]);
    const pool = '"OPTIONS": {"pool": {"max_size": 7}}';
    expect(settings(pool, 'DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 8\n')).toEqual([
      'django: 8 by OPTIONS.pool.max_size',
    ]);
    expect(settings(pool, 'if BIG:\n    DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 70\n')).toEqual([
      'django: a condition decides it',
    ]);
    const whole =
      'if CI:\n    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"pool": {"max_size": 1}}}}\n';
    expect(settings(pool, whole)).toEqual(['django: a condition decides it']);
    expect(settings('"OPTIONS": {"pool": env.bool("POOL")}')).toEqual([
      'django: whether there is a pool is not known: POOL is set in no file of the project',
    ]);
  });

  it('are each a pool, without those of SQLite', () => {
    const text = `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"pool": {"max_size": 5}}},
    "replica": {"ENGINE": "django_prometheus.db.backends.postgresql", "OPTIONS": {"pool": {"max_size": 3}}},
    "cache": {"ENGINE": "django.db.backends.sqlite3", "NAME": "c.db"},
}
`;
    expect(poolsOf(text)).toEqual(['django: 5 by OPTIONS.pool.max_size', 'django: 3 by OPTIONS.pool.max_size']);
  });

  it('are read from helpers for URLs, with the age of their connections', () => {
    const url = 'DATABASES = {"default": dj_database_url.config(default="postgres://db/app", conn_max_age=60)}\n';
    expect(optionsIn(url)).toEqual({ url: 'postgres://db/app', CONN_MAX_AGE: 60 });
    const environ =
      'DATABASES = {"default": env.db("DATABASE_URL", default="mysql://db/app")}\nDATABASES["default"]["CONN_MAX_AGE"] = 30\n';
    expect(optionsIn(environ)).toEqual({ url: 'mysql://db/app', CONN_MAX_AGE: 30 });
    expect(poolsOf('DATABASES = {"default": dj_database_url.config(default="sqlite:///x.db")}\n')).toEqual([]);
    expect(poolsOf('DATABASES = databases()\n')).toEqual([]);
  });
});

describe('the module that a command starts', () => {
  const texts: Readonly<Record<string, string>> = {
    'app/main.py': 'from app.core import db\n',
    'app/core/db.py': '',
    'app/other.py': '',
    'worker.py': 'import app.other\n',
  };
  const read = (file: string) => texts[file];
  const entry = (command: string) => pythonEntry(command.split(' '), '', read, (path) => path === 'gone')?.file;

  it.each([
    ['uvicorn app.main:app --host 0.0.0.0', 'app/main.py'],
    ['gunicorn -w 4 app.main:app', 'app/main.py'],
    ['celery -A worker.app worker', 'worker.py'],
    ['python -m worker', 'worker.py'],
    ['python app/main.py', 'app/main.py'],
    ['node server.js', undefined],
  ])('of %s', (command, file) => {
    expect(entry(command)).toBe(file);
  });

  it('reaches the settings that Django takes by their name', () => {
    const wsgi = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.production")\n';
    const project: Readonly<Record<string, string>> = { 'config/wsgi.py': wsgi, 'config/production.py': '' };
    expect([...importedBy('config/wsgi.py', (file) => project[file])]).toContain('config/production.py');
  });

  it('reaches what it imports, and no more', () => {
    expect([...importedBy('app/main.py', read)].sort()).toEqual(['app/core/db.py', 'app/main.py']);
  });
});

it('a file of anything at all is read in time and without an error', () => {
  const text = engine(
    'pool_size=int(os.getenv("POOL", "7")), **{"max_overflow": [1, (2, {"a": 3})]}',
    'class A(B):\n    x: int = f"{y}"',
  );
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 12 }), (from, to, middle) => {
      poolsOf(`${text.slice(0, from)}${middle}${text.slice(to)}`);
    }),
    { numRuns: 300 },
  );
  expect(poolsOf(engine(`pool_size=${'('.repeat(50_000)}`))).toHaveLength(1);
});
