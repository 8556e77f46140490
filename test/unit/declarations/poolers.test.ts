import { describe, expect, it } from 'vitest';
import { settlePool } from '../../../src/convert/file-pool.ts';
import { findPools } from '../../../src/convert/find-pools.ts';
import { readPool } from '../../../src/convert/run.ts';

interface Read {
  readonly name: string;
  readonly at: readonly string[];
  readonly settings: unknown;
  readonly left: Readonly<Record<string, string>>;
}

/** What one pool of a file comes to, whose system has to be found: the first, or the one at that place. */
async function read(file: string, text: string, wanted?: string): Promise<Read> {
  const { drafts, profiles } = await findPools({ text, file });
  const draft = drafts.find(({ at }) => wanted === undefined || at === wanted) ?? expect.fail();
  const { name, settings, leftovers } = settlePool(draft, profiles);
  const left = Object.fromEntries(leftovers.map(({ entry, did, why }) => [entry.key, why ?? did]));
  return { name, at: drafts.map(({ at }) => at), settings, left };
}

const pgcat = `[general]
host = "0.0.0.0"
admin_username = "a"
admin_password = "b"
connect_timeout = 3000
statement_timeout = 7
idle_timeout = 40000
[pools.shop]
pool_mode = "session"
connect_timeout = 2000
[pools.shop.users.0]
username = "web"
password = "c"
pool_size = 9
statement_timeout = 5000
[pools.shop.users.1]
username = "job"
pool_size = 4
connect_timeout = 100
[pools.shop.shards.0]
servers = [["127.0.0.1", 5432, "primary"]]
database = "shop"
`;

describe('pgcat', () => {
  it('has a pool for each user, and the nearest place decides', async () => {
    const web = await read('pgcat.toml', pgcat);
    expect(web.at).toEqual(['pools.shop.users.0', 'pools.shop.users.1']);
    expect(web.settings).toEqual({
      connectionLimit: 9,
      queueLimit: 0,
      acquireTimeoutMs: 2_000,
      connectTimeoutMs: 2_000,
      queryTimeoutMs: 5_000,
    });
    const job = await read('pgcat.toml', pgcat, 'pools.shop.users.1');
    expect(job.settings).toMatchObject({ connectionLimit: 4, acquireTimeoutMs: 100 });
    expect(job.left).toMatchObject({ 'pools.shop.connect_timeout': 'that of [pools.<pool>.users.<n>] decides' });
  });

  it('tells what stands where pgcat does not read it', async () => {
    const { left } = await read('pgcat.toml', pgcat);
    expect(left['general.statement_timeout']).toBe('it is read in [pools.<pool>.users.<n>] only');
    expect(left['general.connect_timeout']).toBe('that of [pools.<pool>] decides');
  });

  it('waits for one second where nothing is said', async () => {
    const text = '[pools.a.users.0]\npool_size = 3\n[pools.a.shards.0]\ndatabase = "a"\n';
    expect((await read('pgcat.toml', text)).settings).toMatchObject({ acquireTimeoutMs: 1_000 });
  });
});

const doorman = (own: string, pool = '') => `[general]
admin_username = "a"
admin_password = "b"
query_wait_timeout = "7s"
max_connections = 50
[pools.shop]
server_host = "h"
${pool}
[[pools.shop.users]]
username = "web"
${own}
`;

describe('pg_doorman', () => {
  it('is told from pgcat, takes times with a unit, and counts clients', async () => {
    const { name, settings } = await read('pg_doorman.toml', doorman('pool_size = 40'));
    expect([name, (await read('pgcat.toml', pgcat)).name]).toEqual(['pg-doorman', 'pgcat']);
    expect(settings).toEqual({
      connectionLimit: 40,
      queueLimit: 10,
      acquireTimeoutMs: 7_000,
      connectTimeoutMs: 3_000,
    });
  });

  it('has the smaller of pool_size and max_db_connections, and names it', async () => {
    const text = doorman('pool_size = 40', 'max_db_connections = 12');
    const { settings, left } = await read('pg_doorman.toml', text);
    expect(settings).toMatchObject({ connectionLimit: 12, queueLimit: 38 });
    expect(left['pools.shop.users.0.pool_size']).toBe('pools.shop.max_db_connections is smaller');
    const off = await read('d.toml', doorman('pool_size = 40', 'max_db_connections = 0'));
    expect(off.settings).toMatchObject({ connectionLimit: 40 });
  });

  it('is read as YAML too', async () => {
    const text = `general: { admin_username: a, query_wait_timeout: 900 }
pools:
  shop:
    users:
      - { username: web, pool_size: 5 }
`;
    expect((await read('pg_doorman.yaml', text)).settings).toMatchObject({
      connectionLimit: 5,
      acquireTimeoutMs: 900,
    });
  });
});

describe('PgDog', () => {
  const general = '[general]\ndefault_pool_size = 20\ncheckout_timeout = 1500\nquery_timeout = 9000\n';
  const databases = (size: string) =>
    `[[databases]]\nname = "a"\nhost = "h"\n${size}\n[[databases]]\nname = "a"\nhost = "r"\nrole = "replica"\n`;

  it('is one pool where no database differs', async () => {
    const { name, at, settings } = await read('pgdog.toml', general + databases(''));
    expect([name, at]).toEqual(['pgdog', ['']]);
    expect(settings).toEqual({
      connectionLimit: 20,
      queueLimit: 0,
      acquireTimeoutMs: 1_500,
      connectTimeoutMs: 5_000,
      queryTimeoutMs: 9_000,
    });
  });

  it('has the size of the database, and the shorter of two limits on queries', async () => {
    const text = general + databases('pool_size = 3\nstatement_timeout = 800');
    const { at, settings, left } = await read('pgdog.toml', text);
    expect(at).toEqual(['databases.0', 'databases.1']);
    expect(settings).toMatchObject({ connectionLimit: 3, queryTimeoutMs: 800 });
    expect(left['general.default_pool_size']).toBe('pool_size decides');
    expect((await read('pgdog.toml', text, 'databases.1')).settings).toMatchObject({ connectionLimit: 20 });
  });

  it('reads users.toml where it has sizes, and sends to pgdog.toml where it has none', async () => {
    const users = (size: string) => `[[users]]\nname = "u"\ndatabase = "a"\npassword = "p"\n${size}\n`;
    const { settings } = await read('users.toml', users('pool_size = 7'));
    expect(settings).toMatchObject({ connectionLimit: 7 });
    await expect(read('users.toml', users(''))).rejects.toThrow('that of its users is in pgdog.toml');
  });
});

describe('Odyssey', () => {
  const conf = (rule: string, top = '') => `${top}
storage "s" { type "remote" host "h" watchdog { pool_size 99 pool_routing "internal" } }
database "app" {
  user "web" { storage "s" pool "transaction" ${rule} }
}
`;

  it('has the pool of a rule, with what stands at the top', async () => {
    const text = conf('pool_size 12 pool_timeout 4000 client_max 30', 'backend_connect_timeout_ms 2000');
    const { name, at, settings } = await read('odyssey.conf', text);
    expect([name, at]).toEqual(['odyssey', ['database.app.user.web']]);
    expect(settings).toEqual({
      connectionLimit: 12,
      queueLimit: 18,
      acquireTimeoutMs: 4_000,
      connectTimeoutMs: 2_000,
    });
  });

  it('waits without a limit by default, and has the smaller limit of clients', async () => {
    const { settings, left } = await read('odyssey.conf', conf('pool_size 4 client_max 30', 'client_max 9'));
    expect(settings).toMatchObject({ queueLimit: 5, acquireTimeoutMs: 0 });
    expect(left['database.app.user.web.client_max']).toBe('client_max is smaller');
  });

  it('has the size of the shared pool', async () => {
    const text = conf('pool_size 4 shared_pool "all"', 'shared_pool "all" { pool_size 10 }');
    const { settings, left } = await read('odyssey.conf', text);
    expect(settings).toMatchObject({ connectionLimit: 10 });
    expect(left['database.app.user.web.pool_size']).toBe('shared_pool.all.pool_size decides');
  });

  it('has no number of connections without pool_size', async () => {
    await expect(read('odyssey.conf', conf('pool_ttl 60'))).rejects.toThrow('how many connections');
    await expect(read('odyssey.conf', conf('pool_size 0'))).rejects.toThrow('no limit');
  });
});

describe('ProxySQL', () => {
  const cnf = (second: number) => `mysql_variables= { threads=4 max_connections=2048 connect_timeout_server=3000 }
mysql_servers = (
  { address="db1" , port=3306 , hostgroup=0 , max_connections=200 },
  { address="db2" , port=3306 , hostgroup=1 , max_connections=${second} }
)
`;

  it('has a pool for each server where they differ, and one where they do not', async () => {
    const { name, at, settings } = await read('proxysql.cnf', cnf(100));
    expect([name, at]).toEqual(['proxysql', ['mysql_servers.0', 'mysql_servers.1']]);
    expect(settings).toEqual({
      connectionLimit: 200,
      queueLimit: 1_848,
      acquireTimeoutMs: 10_000,
      connectTimeoutMs: 3_000,
      queryTimeoutMs: 86_400_000,
    });
    expect((await read('proxysql.cnf', cnf(200))).at).toEqual(['']);
  });
});

describe('pgpool-II', () => {
  it('serves as many clients as it has child processes', async () => {
    const { settings } = await read('pgpool.conf', 'num_init_children = 64 # restart\nmax_pool = 4\n');
    expect(settings).toEqual({ connectionLimit: 64, queueLimit: 0, acquireTimeoutMs: 0, connectTimeoutMs: 10_000 });
  });

  it('keeps reserved ones free, and refuses the next client', async () => {
    const { settings } = await read('pgpool.conf', 'num_init_children = 64\nreserved_connections = 2\n');
    expect(settings).toMatchObject({ connectionLimit: 62, queueLimit: 0, nobodyWaits: true });
    const none = await read('pgpool.conf', 'num_init_children = 64\nreserved_connections = 0\n');
    expect(none.settings).not.toHaveProperty('nobodyWaits');
  });
});

describe('CloudNativePG', () => {
  it('has the parameters of each Pooler of a file', async () => {
    const pooler = (name: string, size: number) => `apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: { name: ${name} }
spec:
  instances: 3
  pgbouncer:
    poolMode: transaction
    parameters: { default_pool_size: "${size}", max_client_conn: "500", query_wait_timeout: "4" }
`;
    const text = `${pooler('rw', 10)}---\nkind: Service\n---\n${pooler('ro', 30)}`;
    const { at, settings, left } = await read('pooler.yaml', text, '3.ro');
    expect(at).toEqual(['1.rw', '3.ro']);
    expect(settings).toMatchObject({ connectionLimit: 30, queueLimit: 470, acquireTimeoutMs: 4_000 });
    expect(left['spec.instances']).toMatch(/each with pools of its own/);
  });
});

it('a pooler that lets in no more clients than it serves has nobody wait', async () => {
  const text = doorman('pool_size = 50');
  expect((await readPool({ text, file: 'pg_doorman.toml' })).settings).toMatchObject({
    connectionLimit: 50,
    nobodyWaits: true,
  });
});
