import { describe, expect, it } from 'vitest';
import type { FileFormat } from '../../../src/declarations/entry.ts';
import { formatOf, loadFormat, parseEntries } from '../../../src/declarations/formats/index.ts';

async function read(format: FileFormat, text: string) {
  await loadFormat(format);
  return parseEntries(format, text, 'the.file');
}

const keysOf = async (format: FileFormat, text: string) =>
  (await read(format, text)).map(({ key, value }) => [key, value]);

describe('the files of poolers', () => {
  it('of ProxySQL: groups, lists, comments of three kinds, and strings in several parts', async () => {
    const text = `# one
datadir="/var/lib/proxysql" // two
mysql_variables=
{
  threads : 4; /* three
  lines */ max_connections=2048L
  monitor = false
}
mysql_servers =
(
  { address="db" "1" , max_connections=0x10 },
  { address="db2", ports=[1, 2] }
)
`;
    expect(await keysOf('libconfig', text)).toEqual([
      ['datadir', '/var/lib/proxysql'],
      ['mysql_variables.threads', 4],
      ['mysql_variables.max_connections', 2048],
      ['mysql_variables.monitor', false],
      ['mysql_servers.0.address', 'db1'],
      ['mysql_servers.0.max_connections', 16],
      ['mysql_servers.1.address', 'db2'],
      ['mysql_servers.1.ports.0', 1],
      ['mysql_servers.1.ports.1', 2],
    ]);
  });

  it('of Odyssey: blocks with names, and line ends as any other space', async () => {
    const text = `workers 4 # one
storage "pg" { type "remote" host "h:1" }
database "app" {
  user default { pool
    "transaction" pool_size 10 pool_discard no }
}
`;
    expect(await keysOf('odyssey', text)).toEqual([
      ['workers', 4],
      ['storage.pg.type', 'remote'],
      ['storage.pg.host', 'h:1'],
      ['database.app.user.default.pool', 'transaction'],
      ['database.app.user.default.pool_size', 10],
      ['database.app.user.default.pool_discard', false],
    ]);
  });

  it('of pgpool-II: text in quotes, and comments behind the value', async () => {
    const text =
      "listen_addresses = '*' # all\nnum_init_children = 32\t# (change requires restart)\npid_file_name = 'it''s'\n";
    expect(await keysOf('postgres-conf', text)).toEqual([
      ['listen_addresses', '*'],
      ['num_init_children', '32'],
      ['pid_file_name', "it's"],
    ]);
  });

  it.each([
    ['libconfig', 'a = 1\n\nb = {\n  c = 12 })\n'],
    ['odyssey', 'database "a" {\n  user "b" {\n    pool_size 12 }\n'],
    ['postgres-conf', 'a = 1\n\n\nwhat is 12 this\n'],
  ] as const)('refuse what is not %s by the line, without a word of it', async (format, text) => {
    await expect(read(format, text)).rejects.toThrow(/^the\.file:4: this is n(?!.*12)/);
  });

  it.each(['libconfig', 'odyssey', 'postgres-conf'] as const)(
    'tell where keys and values stand: %s',
    async (format) => {
      const text = format === 'odyssey' ? '\n  size 12\n' : '\n  size = 12\n';
      const [entry] = await read(format, text);
      const { keyAt, valueAt, line } = entry ?? expect.fail();
      expect([text.slice(keyAt.start, keyAt.end), text.slice(valueAt.start, valueAt.end), line]).toEqual([
        'size',
        '12',
        2,
      ]);
    },
  );

  it.each([
    ['toml', '[general]\nport = 1\n[pools.a.users.0]\npool_size = 1\n'],
    ['toml', '[[users]]\nname = "a"\n'],
    ['ini', '[databases]\na = host=b\n[pgbouncer]\n'],
    ['libconfig', 'datadir="/a"\nmysql_servers =\n(\n)\n'],
    ['odyssey', 'workers 1\ndatabase default {\n}\n'],
    ['postgres-conf', 'port = 9999\nnum_init_children = 32\n'],
  ] as const)('are known by what stands in them: %s', (format, text) => {
    expect(formatOf(text, '-')).toBe(format);
  });
});
