import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EngineId } from '../../src/base/engine.ts';
import { PoolctlError } from '../../src/base/errors.ts';
import type { LoadConnection } from '../../src/drivers/driver.ts';
import { openDriver } from '../../src/drivers/open.ts';
import { connectionTarget } from '../../src/engines/dsn-target.ts';
import type { Control } from '../../src/probe/control/control.ts';
import { openControl } from '../../src/probe/control/open.ts';
import { guardReads } from '../../src/probe/run/guard-reads.ts';
import { safetyOf } from '../../src/probe/run/safety.ts';
import { checkOnServer } from '../../src/probe/workload/check.ts';
import { createDraw, type PreparedStatement } from '../../src/probe/workload/draw.ts';
import type { ProbeWorkload } from '../../src/probe/workload/model.ts';
import { sqlWorkload } from '../../src/probe/workload/scripts.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { probe, urlOf } from '../helpers/probe.ts';
import { open, ordinary, protocolOf, type Session } from '../helpers/sessions.ts';

const tables = [
  'CREATE TABLE ro_customers (id INT PRIMARY KEY, name VARCHAR(20))',
  'CREATE TABLE ro_orders (id INT PRIMARY KEY, customer INT, cents INT)',
  'CREATE TABLE ro_log (id INT)',
  "INSERT INTO ro_customers VALUES (1, 'a'), (2, 'b'), (3, 'c')",
  'INSERT INTO ro_orders VALUES (1, 1, 10), (2, 1, 20), (3, 2, 30)',
];

/** `ro_set()` changes a harmless setting of its session, `ro_write()` adds a row, `ro_plain()` does neither. */
const setUp = {
  postgres: [
    ...tables,
    `CREATE FUNCTION ro_set() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('poolctl_test.mark', 'left', false); RETURN 1; END $$`,
    'CREATE FUNCTION ro_write() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ro_log VALUES (1); RETURN 1; END $$',
    'CREATE FUNCTION ro_plain(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n + 1 $$',
    'CREATE VIEW ro_view AS SELECT id, ro_set() AS n FROM ro_orders',
    'CREATE VIEW ro_write_view AS SELECT id, ro_write() AS n FROM ro_orders',
    'CREATE SEQUENCE ro_seq',
    "CREATE FUNCTION ro_next() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('ro_seq') $$",
    'CREATE PROCEDURE ro_do() LANGUAGE sql AS $$ INSERT INTO ro_log VALUES (2) $$',
    'CREATE MATERIALIZED VIEW ro_kept AS SELECT count(*) AS n FROM ro_orders',
  ],
  mysql: [
    ...tables,
    'CREATE FUNCTION ro_set() RETURNS INT NO SQL BEGIN SET SESSION sort_buffer_size = 300000; RETURN 1; END',
    'CREATE FUNCTION ro_limit() RETURNS INT NO SQL BEGIN SET SESSION lock_wait_timeout = 2; RETURN 1; END',
    'CREATE FUNCTION ro_write() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO ro_log VALUES (1); RETURN 1; END',
    'CREATE FUNCTION ro_plain(n INT) RETURNS INT DETERMINISTIC RETURN n + 1',
    'CREATE VIEW ro_view AS SELECT id, ro_set() AS n FROM ro_orders',
    'CREATE VIEW ro_write_view AS SELECT id, ro_write() AS n FROM ro_orders',
    'CREATE PROCEDURE ro_do() INSERT INTO ro_log VALUES (2)',
  ],
} as const;

const tearDown = {
  postgres: [
    'DROP MATERIALIZED VIEW IF EXISTS ro_kept',
    'DROP VIEW IF EXISTS ro_view, ro_write_view',
    'DROP FUNCTION IF EXISTS ro_set(), ro_write(), ro_plain(int), ro_next()',
    'DROP PROCEDURE IF EXISTS ro_do()',
    'DROP SEQUENCE IF EXISTS ro_seq',
    'DROP TABLE IF EXISTS ro_customers, ro_orders, ro_log',
  ],
  mysql: [
    'DROP VIEW IF EXISTS ro_view, ro_write_view',
    ...['set', 'limit', 'write', 'plain'].map((name) => `DROP FUNCTION IF EXISTS ro_${name}`),
    'DROP PROCEDURE IF EXISTS ro_do',
    'DROP TABLE IF EXISTS ro_customers, ro_orders, ro_log',
  ],
} as const;

const everywhere = [
  'SELECT name FROM ro_customers WHERE id = 1',
  'SELECT c.name, o.cents FROM ro_customers c JOIN ro_orders o ON o.customer = c.id',
  'SELECT customer, SUM(cents) FROM ro_orders GROUP BY customer HAVING COUNT(*) > 1 ORDER BY 2',
  'SELECT id, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY id) FROM ro_orders',
  'WITH few AS (SELECT id FROM ro_orders) SELECT * FROM few',
  'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n',
  'SELECT id FROM ro_orders UNION SELECT id FROM ro_customers',
  'SELECT id FROM ro_customers c WHERE EXISTS (SELECT 1 FROM ro_orders o WHERE o.customer = c.id)',
  'SELECT UPPER(name), COALESCE(name, LOWER(name)) FROM ro_customers',
  'SELECT CASE WHEN id = 1 THEN 2 ELSE 3 END FROM ro_orders',
  'SELECT COUNT(DISTINCT customer) FROM ro_orders WHERE id IN (1, 2) AND cents BETWEEN 1 AND 20',
  'SELECT * FROM ro_view',
  'SELECT * FROM ro_write_view',
  'SELECT ro_set()',
  'SELECT ro_write()',
  'SELECT ro_plain(id) FROM ro_orders',
  'SELECT id FROM ro_orders WHERE ro_write() = 1',
  'SELECT id FROM ro_orders ORDER BY ro_write()',
  'SELECT MAX(ro_write()) FROM ro_orders',
  'SELECT CASE WHEN id > 0 THEN ro_write() ELSE 0 END FROM ro_orders',
  'SELECT (SELECT ro_write())',
  'SELECT o.id FROM ro_orders o JOIN ro_customers c ON c.id = o.customer AND ro_write() = 1',
  'WITH w AS (SELECT ro_write() AS n) SELECT * FROM w',
  'SELECT n FROM (SELECT ro_write() AS n) AS x',
  'SELECT ro_set(); SELECT ro_write()',
  'SELECT ro_write(); SELECT 1',
  'SELECT ro_set(); SELECT name FROM ro_customers WHERE id = 1',
  'SELECT * FROM ro_orders FOR UPDATE',
  'INSERT INTO ro_log VALUES (9)',
  'INSERT INTO ro_log SELECT id FROM ro_orders',
  'UPDATE ro_orders SET cents = 0',
  'DELETE FROM ro_orders',
  'TRUNCATE TABLE ro_orders',
  'CREATE TABLE ro_new (id INT)',
  'CREATE TABLE ro_copy AS SELECT * FROM ro_orders',
  'DROP TABLE ro_log',
  'ALTER TABLE ro_log ADD COLUMN more INT',
  'CREATE INDEX ro_index ON ro_orders (cents)',
  'CREATE VIEW ro_other AS SELECT 1 AS one',
  'DROP VIEW ro_view',
  'CALL ro_do()',
  'BEGIN; UPDATE ro_orders SET cents = 1; COMMIT',
  'SELECT 1; DELETE FROM ro_log',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT a',
  'PREPARE p FROM SELECT',
  'GRANT SELECT ON ro_orders TO nobody',
  'EXPLAIN ANALYZE DELETE FROM ro_orders',
  'ANALYZE TABLE ro_orders',
];

const kinds = {
  postgres: [
    ...everywhere,
    'VALUES (1), (2)',
    'VALUES (ro_write())',
    'TABLE ro_orders',
    'SHOW work_mem',
    'SELECT * FROM generate_series(1, 3) AS g(n), LATERAL (SELECT ro_write()) AS w',
    'SELECT ro_orders.ro_missing FROM ro_orders',
    "SELECT nextval('ro_seq')",
    'SELECT ro_next()',
    "SELECT setval('ro_seq', 9)",
    'WITH gone AS (DELETE FROM ro_orders RETURNING id) SELECT * FROM gone',
    'WITH new AS (INSERT INTO ro_log VALUES (5) RETURNING id) SELECT * FROM new',
    'SELECT * INTO ro_into FROM ro_orders',
    'SELECT * FROM ro_orders FOR NO KEY UPDATE',
    'REFRESH MATERIALIZED VIEW ro_kept',
    "SET work_mem = '1MB'",
    'RESET ALL',
    'DO $$ BEGIN INSERT INTO ro_log VALUES (3); END $$',
    'COPY ro_log FROM STDIN',
    'LISTEN a',
    "COMMENT ON TABLE ro_log IS 'x'",
    'VACUUM ro_log',
    'MERGE INTO ro_log USING ro_orders o ON o.id = ro_log.id WHEN NOT MATCHED THEN INSERT VALUES (o.id)',
    "SELECT pg_notify('a', 'b')",
  ],
  mysql: [
    ...everywhere,
    'SHOW TABLES',
    'SELECT DATE_FORMAT(NOW(), "%Y")',
    'SELECT GROUP_CONCAT(name) FROM ro_customers',
    'SELECT COUNT (*) FROM ro_orders',
    'SELECT @a := ro_write()',
    'SELECT ro_limit()',
    'SELECT * FROM ro_orders LOCK IN SHARE MODE',
    "SELECT * FROM ro_orders INTO OUTFILE 'x'",
    'SELECT id INTO @a FROM ro_orders LIMIT 1',
    'REPLACE INTO ro_orders VALUES (1, 1, 1)',
    'INSERT INTO ro_orders VALUES (1, 1, 1) ON DUPLICATE KEY UPDATE cents = 5',
    'SET SESSION sort_buffer_size = 300000',
    'LOCK TABLES ro_orders WRITE',
    'HANDLER ro_orders OPEN',
    "LOAD DATA LOCAL INFILE 'x' INTO TABLE ro_log",
    'RENAME TABLE ro_log TO ro_log2',
    'OPTIMIZE TABLE ro_orders',
    'DO ro_write()',
    'USE mysql',
    "XA START 'a'",
    'SELECT /*! SQL_NO_CACHE */ 1',
    "SELECT GET_LOCK('a', 0)",
  ],
} as const;

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const id: EngineId = engine === 'postgres13' ? 'postgres' : engine;
    const place = { protocol, server };
    let owner: Session;
    let control: Control;
    let connection: LoadConnection;
    let close = async () => {};

    beforeAll(async () => {
      owner = await open(protocol, ordinary(server));
      for (const sql of tearDown[protocol]) await owner.rows(sql);
      for (const sql of setUp[protocol]) await owner.rows(sql);
      const target = connectionTarget(urlOf(place));
      const options = { timeoutMs: 5_000, signal: new AbortController().signal };
      control = await openControl(target, 'poolctl-probe/test', options);
      const safety = safetyOf('poolctl-probe/test', workloadOf('SELECT 1'));
      const opened = await (await openDriver(target)).connect({ target, safety }, 5_000, options.signal);
      connection = opened.connection;
      close = opened.close;
    });
    afterEach(async () => {
      await runOn(connection, { statement: { text: 'ROLLBACK', prepared: false }, values: [] });
    });
    afterAll(async () => {
      await close();
      await control.close();
      for (const sql of tearDown[protocol]) await owner.rows(sql);
      await owner.end();
    });

    const workloadOf = (text: string): ProbeWorkload =>
      sqlWorkload([{ name: '--sql', text }], {
        ...{ engine: id, variables: {}, allowWrite: false, prepared: false },
        read: () => '',
      });

    /** As `probe` sends it, three times on one session; what the server refuses is no matter. */
    async function requests(text: string): Promise<'refused' | 'ran' | 'failed'> {
      let workload: ProbeWorkload;
      try {
        workload = await guardReads(control.session, id, workloadOf(text));
      } catch (error) {
        if (error instanceof PoolctlError) return 'refused';
        throw error;
      }
      // The load itself must bear what the check before it refuses.
      await checkOnServer(control.session, id, workload).catch((error: unknown) => {
        if (!(error instanceof PoolctlError)) throw error;
      });
      const draw = createDraw(workload, 1);
      let outcome: 'ran' | 'failed' = 'ran';
      for (let round = 0; round < 3; round += 1) {
        for (const statement of draw.next().statements) {
          if ((await runOn(connection, statement)) === undefined) continue;
          outcome = 'failed';
          await runOn(connection, { statement: { text: 'ROLLBACK', prepared: false }, values: [] });
          break;
        }
      }
      return outcome;
    }

    async function checksums(): Promise<string> {
      const names = ['ro_customers', 'ro_orders', 'ro_log'];
      const objects = await owner.rows(
        protocol === 'postgres'
          ? `SELECT relname, relkind, (SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid) AS n FROM pg_class c
              WHERE relname LIKE 'ro_%' ORDER BY 1`
          : `SELECT TABLE_NAME AS t, COLUMN_NAME AS c FROM information_schema.COLUMNS
              WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 2`,
      );
      const questions =
        protocol === 'postgres'
          ? [
              ...names.map((name) => `SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS sum FROM ${name} t`),
              'SELECT last_value, is_called FROM ro_seq',
            ]
          : [`CHECKSUM TABLE ${names.join(', ')}`];
      const rows = [];
      for (const sql of questions) rows.push(await owner.rows(sql));
      return JSON.stringify([objects, rows]);
    }

    test('no statement of 60 kinds and more changes data or structure, one after the other on one session', async () => {
      const before = await checksums();
      const outcomes = new Map<string, string>();
      for (const text of kinds[protocol]) outcomes.set(text, await requests(text));
      expect(await checksums()).toBe(before);
      const count = (outcome: string) => [...outcomes.values()].filter((one) => one === outcome).length;
      expect(outcomes.size).toBeGreaterThanOrEqual(60);
      // It has tried them, and reads are not refused for nothing.
      expect(count('ran')).toBeGreaterThanOrEqual(15);
      expect(count('failed')).toBeGreaterThanOrEqual(10);
      for (const text of everywhere.slice(0, 11)) expect([text, outcomes.get(text)]).toEqual([text, 'ran']);
    });

    test('a read of plain tables by known functions costs no round trip more', async () => {
      for (const text of everywhere.slice(0, 11)) {
        const { scripts } = await guardReads(control.session, id, workloadOf(text));
        expect([text, createDraw({ ...workloadOf(text), scripts }, 1).next().statements.length]).toEqual([text, 1]);
      }
    });

    test.each(['SELECT ro_plain(1)', 'SELECT id FROM ro_view', 'SELECT 1; SELECT * FROM ro_write_view'])(
      '%s runs in a transaction that cannot write',
      async (text) => {
        const workload = await guardReads(control.session, id, workloadOf(text));
        const statements = createDraw(workload, 1)
          .next()
          .statements.map(({ statement }) => statement.text);
        expect([statements[0], statements.at(-1)]).toEqual(['START TRANSACTION READ ONLY', 'ROLLBACK']);
        expect(workload.description).toContain('read-only transaction');
      },
    );

    testIf(engine === 'mariadb')('a sequence goes on in no function', async () => {
      const made = ['SEQUENCE ro_seq', 'FUNCTION ro_next'];
      await owner.rows('CREATE SEQUENCE ro_seq NOCACHE');
      await owner.rows('CREATE FUNCTION ro_next() RETURNS BIGINT MODIFIES SQL DATA RETURN NEXT VALUE FOR ro_seq');
      try {
        const next = () => owner.rows('SELECT next_not_cached_value FROM ro_seq');
        const before = await next();
        for (const text of ['SELECT ro_next()', 'SELECT NEXT VALUE FOR ro_seq', 'SELECT NEXTVAL(ro_seq)']) {
          expect(await requests(text)).not.toBe('ran');
        }
        expect(await next()).toEqual(before);
      } finally {
        for (const what of made) await owner.rows(`DROP ${what}`);
      }
    });

    if (protocol === 'postgres') {
      test('a setting that a function makes is gone in the next request', async () => {
        expect(await requests('SELECT ro_set()')).toBe('ran');
        const left =
          "SELECT 1 / (CASE WHEN coalesce(current_setting('poolctl_test.mark', true), '') = 'left' THEN 0 ELSE 1 END)";
        expect(await requests(left)).toBe('ran');
      });
    } else {
      describe('a function that takes a limit off its session', () => {
        test('stops the probe, which says so', async () => {
          const ran = await probe(urlOf(place), [
            ...['--sql', 'SELECT ro_limit()', '--connection-limit', '1', '--tps', '20', '--duration', '2s', '--json'],
          ]);
          expect(ran.exitCode).toBe(3);
          expect(JSON.parse(ran.stdout).error).toMatchObject({
            code: 'PROBE_REFUSED',
            message: expect.stringContaining('SESSION_CHANGED'),
          });
        });
      });
    }
  });
}

function runOn(connection: LoadConnection, { statement, values }: PreparedStatement): Promise<Error | undefined> {
  return new Promise((resolve) => connection.run(statement, values, resolve));
}
