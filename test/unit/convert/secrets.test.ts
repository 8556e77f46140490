import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolctl } from '../../helpers/run.ts';

const secret = 'cAnArY-9f3e';

/** Secrets in the places where files have them, and in some where they should not be. */
const files: readonly (readonly [what: string, from: string | undefined, text: string])[] = [
  [
    'a login of Spring',
    undefined,
    `spring.datasource.url=jdbc:mysql://u:${secret}@h/d?password=${secret}\nspring.datasource.password=${secret}\nspring.datasource.hikari.maximum-pool-size=3\n`,
  ],
  [
    'properties of a JDBC driver',
    undefined,
    `maxTotal=3\nconnectionProperties=password=${secret};trustStorePassword=${secret}\n`,
  ],
  [
    'a URL of Prisma',
    undefined,
    `DATABASE_URL=postgres://u:${secret}@h/d?connection_limit=3&sslpassword=${secret}\nAPI_KEY=${secret}\n`,
  ],
  [
    'a password with what looks like parameters in it',
    'prisma',
    `DATABASE_URL=postgres://u:p?q&${secret.replaceAll(/[^a-z]/gi, '').toLowerCase()}=x@h/d`,
  ],
  [
    'a connect string of PgBouncer',
    undefined,
    `[databases]\na = host=h password='${secret}' user=u\n[pgbouncer]\ndefault_pool_size=3\n`,
  ],
  [
    'options of a Node driver',
    'mysql2',
    JSON.stringify({ connectionLimit: 3, password: secret, ssl: { key: secret }, unknown: secret }),
  ],
  ['an unknown key', 'dbcp2', `maxTotal=3\nsomeToken=${secret}\n`],
  ['a value of a known key', 'dbcp2', `maxTotal=${secret}\n`],
  ['a time', undefined, `[pgbouncer]\nquery_wait_timeout=${secret}\n`],
  ['a line that cannot be read', 'pgbouncer', `[pgbouncer]\n${secret}\n`],
  ['broken YAML', 'hikaricp', `spring:\n  datasource: {password: "${secret}", ]\n`],
  ['broken JSON', 'pg', `{"max": 3, "password": "${secret}" "x"}`],
  ['an alias of YAML', 'hikaricp', `spring: *${secret.replace('-', '')}\n`],
  [
    'a key in the open',
    'dbcp2',
    `maxTotal=3\n-----BEGIN PRIVATE KEY-----\n${secret}=\n${secret}\n-----END PRIVATE KEY-----\n`,
  ],
  [
    'SQL at the start of a session',
    undefined,
    `maxTotal=3\nconnectionInitSqls=SET SESSION authorization '${secret}'\n`,
  ],
  ['a reference', undefined, `spring.datasource.hikari.maximum-pool-size=\${X:${secret}}\n`],
];

describe('a secret in the file that is converted', () => {
  it.each(files)('reaches no output and no error: %s', async (_what, from, text) => {
    for (const format of ['table', 'json', 'markdown']) {
      const line = `convert - --to mysql2,hikaricp,env --format ${format}${from === undefined ? '' : ` --from ${from}`}`;
      const { stdout, stderr } = await poolctl(line, { stdin: text });
      expect(`${stdout}${stderr}`.length).toBeGreaterThan(20);
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).not.toContain(secret.replace('-', ''));
      expect(stdout + stderr).not.toContain('canaryfe');
    }
  });

  it('reaches none wherever it stands as a value', async () => {
    const keys = [
      'maxTotal',
      'maxWaitMillis',
      'password',
      'url',
      'testOnBorrow',
      'jmxName',
      'minIdle',
      'x.y',
      'connectionProperties',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
        fc.constantFrom('', '"', 'a=', '10'),
        async (names, before) => {
          const text = names.map((name) => `${name}=${before}${secret}`).join('\n');
          const { stdout, stderr } = await poolctl('convert - --from dbcp2 --to env --json', { stdin: text });
          expect(stdout + stderr).not.toContain(secret);
        },
      ),
      { numRuns: 40 },
    );
  });
});

it.each([
  ['Rails', 'database.yml', 'production:\n  adapter: postgresql\n  pool: 010\n  password: 04417\n'],
  [
    'Spring Boot',
    'application.yml',
    'spring:\n  datasource:\n    password: 04417\n    hikari:\n      maximum-pool-size: 010\n',
  ],
])('warns of a number that readers differ on, never with a password: %s', async (_, file, text) => {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-secret-'));
  writeFileSync(join(folder, file), text);
  const { stdout, stderr } = await poolctl(['convert', join(folder, file), '--to', 'pg']);
  rmSync(folder, { recursive: true });
  expect(stdout + stderr).toContain('010 is 8');
  // 04417 is 2319 as an octal number.
  expect(stdout + stderr).not.toMatch(/4417|2319/);
});
