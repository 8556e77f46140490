import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../../src/base/engine.ts';
import { effectOf } from '../../../../src/probe/workload/writes.ts';

const effect = (text: string, engine: EngineId) => effectOf(text, engine, '--sql')?.kind ?? 'reads';

describe('on every server', () => {
  it.each(['postgres', 'mysql', 'mariadb'] as const)('%s', (engine) => {
    const writes = `INSERT INTO t VALUES (1)|update t SET a = 1|DELETE FROM t|TRUNCATE t|CREATE TABLE t (a int)|DROP TABLE t
      |ALTER TABLE t ADD b int|CALL p()|DO 1|GRANT ALL ON t TO u|SELECT 1 FROM t FOR UPDATE|SELECT 1 FROM t for share
      |SELECT 1 INTO x|EXPLAIN ANALYZE DELETE FROM t|ANALYZE t|nonsense|SELECT nextval(1)|(SELECT 1 FOR UPDATE)`;
    const never = `SET a = 1|BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT a|LOCK TABLE t|KILL 5|PREPARE a FROM 'x'|USE db|COPY t FROM STDIN|LOAD DATA INFILE 'x'|RESET ALL`;
    const reads = `SELECT 1|select * from t where a = 'DELETE FROM t' -- FOR UPDATE|WITH a AS (SELECT 1) SELECT * FROM a|VALUES (1)
      |TABLE t|SHOW x|(SELECT 1) UNION (SELECT 2)|SELECT replace(a, 'x', 'y'), (replace(a, 'x', 'y')) FROM t
      |SELECT t.update, t.into FROM t|SELECT substring(a FROM 1 FOR 3) FROM t|SELECT updated, delete_at FROM t`;
    for (const [kind, texts] of Object.entries({ write: writes, never, reads })) {
      for (const text of texts.split('|').map((each) => each.trim()))
        expect([text, effect(text, engine)]).toEqual([text, kind]);
    }
  });
});

it.each([
  'WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a',
  'WITH a AS MATERIALIZED (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a',
  'WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a',
  'WITH a AS (SELECT 1) UPDATE t SET b = 1 FROM a',
  'MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE',
  'SELECT * INTO t2 FROM t',
  'SELECT 1 FROM t FOR NO KEY UPDATE',
  'SELECT 1 FROM t FOR KEY SHARE',
  "SELECT pg_catalog.setval('s', 1)",
  'SELECT "nextval"(\'s\')',
  'SELECT pg_terminate_backend(1)',
  'SELECT pg_advisory_lock(1)',
  'SELECT lo_import(1)',
  "SELECT dblink_exec('x')",
  "SELECT set_config('a', 'b', false)",
])('on PostgreSQL, %s needs leave', (text) => {
  expect(effect(text, 'postgres')).toBe('write');
});

it.each(['SELECT pg_advisory_xact_lock(1)', 'SELECT pg_sleep(1)', 'SELECT lastval()', 'SELECT currval(1)'])(
  'on PostgreSQL, %s needs none',
  (text) => {
    expect(effect(text, 'postgres')).toBe('reads');
  },
);

it.each([
  'REPLACE INTO t VALUES (1)',
  'SELECT 1 FROM t LOCK IN SHARE MODE',
  "SELECT 1 INTO OUTFILE '/x'",
  'SELECT /*! SQL_NO_CACHE */ 1',
  'SELECT NEXT VALUE FOR s',
  "SELECT GET_LOCK('a', 1)",
])('on MySQL and MariaDB, %s needs leave', (text) => {
  expect([effect(text, 'mysql'), effect(text, 'mariadb')]).toEqual(['write', 'write']);
});
