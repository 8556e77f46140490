import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completed } from '../../../src/pools/defaults.ts';
import type { PoolDefinition } from '../../../src/pools/definition.ts';
import { settingsForUsers } from '../../../src/pools/definitions/by-users.ts';
import { DefinitionError, type DefinitionList } from '../../../src/pools/definitions/definition-list.ts';
import { definitionsFromFile } from '../../../src/pools/definitions/file.ts';
import { type ConnectionRow, definitionsFromTable } from '../../../src/pools/definitions/table.ts';
import { poolProfile } from '../../../src/profiles/load.ts';

let file = '';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-definitions-'));
  file = join(folder, 'connections.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (text: string, options = {}) => {
  writeFileSync(file, text, { mode: 0o600 });
  return definitionsFromFile(file, options)();
};
const written = (lines: string) => `version: 1\nconnections:\n  - id: orders\n${lines.replace(/^/gm, '    ')}\n`;
const least = 'type: postgresql\nhost: db.example.com\ndatabase: orders\nuser: app';

/** The definition of that id; its error is thrown. */
function definitionIn(found: Awaited<ReturnType<DefinitionList>>, id: string): PoolDefinition | undefined {
  const definition = found.get(id);
  if (definition instanceof DefinitionError) throw definition;
  return definition;
}

describe('connections from a file', () => {
  it('are what it says; a bare time is in milliseconds, and what is not said is left to the manager', async () => {
    const [[id, definition] = []] = await read(
      written(`${least}\nmax: 12\nidleTimeout: 5s\nconnectTimeout: 900\ntls: true`),
    );
    expect(id).toBe('orders');
    expect(definition).toEqual({
      ...{ engine: 'postgres', host: 'db.example.com', port: 5_432, database: 'orders', user: 'app' },
      ...{ max: 12, idleMs: 5_000, connectTimeoutMs: 900, tls: {} },
    });
  });

  it.each(['0', '0s'])('may have no limit of statements: statementTimeout: %s', async (none) => {
    const found = await read(written(`${least}\nconcurrentUsers: 300\nstatementTimeout: ${none}`));
    expect(found.get('orders')).toMatchObject({ statementTimeoutMs: 0 });
  });

  it('take the settings for so many users, under what is said itself', async () => {
    const found = await read(written(`${least}\nconcurrentUsers: 300\nmax: 7`));
    expect(found.get('orders')).toMatchObject({ max: 7, connectTimeoutMs: 60_000, statementTimeoutMs: 120_000 });
  });

  it('are read as JSON, too', async () => {
    const connection = { id: 3, type: 'MariaDB', host: 'h', database: 'd', user: 'u', password: { env: 'X' } };
    const found = await read(JSON.stringify({ version: 1, connections: [connection] }));
    expect(found.get('3')).toMatchObject({ engine: 'mariadb', port: 3_306 });
  });

  it('keep the same secret when they are read again, so that they count as unchanged', async () => {
    writeFileSync(file, written(`${least}\npassword: { env: ORDERS }`));
    const list = definitionsFromFile(file);
    await list();
    expect(definitionIn(await list(), 'orders')?.secret).toMatchObject({ origin: '{"env":"ORDERS"}' });
  });

  it.each([
    ['an unknown key', `${least}\nmaximum: 5`, ':8:14: connections.0.maximum: unknown key.'],
    [
      'an engine without pools',
      least.replace('postgresql', 'oracle'),
      'oracle has no pools here. Known are postgresql, mysql and mariadb.',
    ],
    ['a missing host', least.replace('host: db.example.com\n', ''), 'host: is missing.'],
    ['a port that is none', `${least}\nport: 70000`, 'port: must be 1 to 65535.'],
    ['a pool of none', `${least}\nmax: 0`, 'max:'],
    ['a time that is none', `${least}\nstatementTimeout: soon`, 'statementTimeout: the value "soon" is not a time.'],
    ['other times of 0', `${least}\nconnectTimeout: 0`, 'connectTimeout: the value "0" must be more than 0.'],
    ['a secret of two places', `${least}\npassword: { env: A, file: B }`, 'password: must be { env: NAME }'],
  ])('refuse %s, and say where', async (_, lines, message) => {
    await expect(read(written(lines))).rejects.toThrow(message);
  });

  it('refuse a file that is not there, by its whole path', async () => {
    await expect(definitionsFromFile(file)()).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: `The file of connections ${file}: there is no such file.`,
    });
    await expect(definitionsFromFile(folder)()).rejects.toMatchObject({
      message: `The file of connections ${folder}: it cannot be read (EISDIR).`,
    });
  });

  it('refuse the same id twice', async () => {
    const connection = { id: 3, type: 'mysql', host: 'h', database: 'd', user: 'u' };
    const twice = JSON.stringify({ version: 1, connections: [connection, { ...connection, id: '3' }] });
    await expect(read(twice)).rejects.toThrow('two connections have the id 3. Rename one.');
  });

  it('refuse a password that stands in the file, unless that is allowed and nobody else may read it', async () => {
    const text = written(`${least}\npassword: canary`);
    const error = await read(text).catch((reason: Error) => reason.message);
    expect(error).toContain('the password of orders stands in the file. Write password: { env: NAME }');
    expect(error).not.toContain('canary');
    const allowed = { allowPlaintextPasswords: true };
    expect(await definitionIn(await read(text, allowed), 'orders')?.secret?.current()).toBe('canary');
    chmodSync(file, 0o644);
    await expect(definitionsFromFile(file, allowed)()).rejects.toThrow('or chmod 600.');
  });
});

describe('connections from a table', () => {
  const row: ConnectionRow = {
    ...{ id: 1, db_type: 'mysql', host: 'h', port: '3307', database_name: 'd', username: 'u', password: 'drowssap' },
    ...{ max_connections: 20, connection_timeout: 60, query_timeout: '90', ssl_enabled: 'N', is_active: 'Y' },
  };
  const reverse = (text: string) => [...text].reverse().join('');

  it('are what its columns say, times in seconds', async () => {
    const found = await definitionsFromTable({ rows: async () => [row], decrypt: reverse })();
    const { secret, ...definition } = definitionIn(found, '1') ?? {};
    expect(await secret?.current()).toBe('password');
    expect(definition).toEqual({
      ...{ engine: 'mysql', host: 'h', port: 3_307, database: 'd', user: 'u', isActive: true },
      ...{ max: 20, connectTimeoutMs: 60_000, statementTimeoutMs: 90_000 },
    });
  });

  it('decrypt the password of now, by the same secret', async () => {
    let stored = 'one';
    const list = definitionsFromTable({ rows: async () => [{ ...row, password: stored }], decrypt: reverse });
    const secret = definitionIn(await list(), '1')?.secret;
    stored = 'two';
    expect(await secret?.current()).toBe('owt');
    expect(definitionIn(await list(), '1')?.secret).toBe(secret);
  });

  it.each(['N', '', 'y', 'yes'])('are switched off by is_active %j', async (is_active) => {
    const found = await definitionsFromTable({ rows: async () => [{ ...row, is_active }], decrypt: reverse })();
    expect(definitionIn(found, '1')?.isActive).toBe(false);
  });

  it.each([
    [{ db_type: 'oracle' }, 'The connection with id 1: db_type is oracle. Known are'],
    [{ max_connections: 0 }, 'The connection with id 1: max_connections is 0, which is not a number of 1 or more.'],
    [{ query_timeout: 'long' }, 'query_timeout is long'],
  ])('refuse %j to whoever asks for it, and no other', async (change, message) => {
    const rows = async () => [
      { ...row, ...change },
      { ...row, id: 2 },
    ];
    const found = await definitionsFromTable({ rows, decrypt: reverse })();
    expect(() => definitionIn(found, '1')).toThrow(message);
    expect(definitionIn(found, '2')).toMatchObject({ engine: 'mysql' });
  });
});

describe('settings by concurrent users', () => {
  it.each([
    [0, 'users-small'],
    [49, 'users-small'],
    [50, 'users-medium'],
    [200, 'users-medium'],
    [201, 'users-large'],
  ])('for %i are those of the profile %s', async (users, profile) => {
    const { settings } = await poolProfile(profile);
    expect(settingsForUsers(users)).toEqual({
      max: settings?.connectionLimit,
      connectTimeoutMs: settings?.connectTimeout,
      statementTimeoutMs: settings?.queryTimeout,
    });
  });

  it('refuse what is no number of people', () => {
    for (const users of [-1, Number.NaN]) expect(() => settingsForUsers(users)).toThrow(RangeError);
  });
});

describe('a definition that leaves open what it may', () => {
  const login = { host: 'h', port: 1, database: 'd', user: 'u' };

  it.each([
    [{ engine: 'postgres' }, { max: 10, min: 2 }],
    [
      { engine: 'postgres', max: 1 },
      { max: 1, min: 1 },
    ],
    [
      { engine: 'postgres', min: 0 },
      { max: 10, min: 0 },
    ],
    [{ engine: 'mariadb' }, { max: 10, min: 0 }],
  ] as const)('%j has what the guide has', (given, settings) => {
    const times = { idleMs: 30_000, connectTimeoutMs: 30_000, statementTimeoutMs: 60_000 };
    expect(completed({ ...login, ...given })).toMatchObject({ ...settings, ...times });
  });
});
