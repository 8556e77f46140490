import { expect, it } from 'vitest';
import { mysqlDialect } from '../../../src/engines/mysql/dialect.ts';
import { mariadbDialect } from '../../../src/engines/mysql/mariadb.ts';
import { serverProfile } from '../../../src/profiles/load.ts';

const lets = (variables: Record<string, string>, status: Record<string, string>, dialect = mariadbDialect) =>
  dialect.openFiles(new Map(Object.entries(variables)), new Map(Object.entries(status)));

const used = { Open_files: '23', Innodb_num_open_files: '6' };
const few = { max_connections: '500', open_files_limit: '200' };

// As MariaDB 10.11 with `ulimit -n 200` had it: 158 sessions could be opened, with a thread pool of two groups 154 at 25 files.
it('leaves 158 connections of 500 where 200 files may be open', () => {
  expect(lets(few, used)).toEqual({ connections: 158, limit: 200, from: 500 });
});

it('leaves a few less with a thread pool, whose groups have a file each', () => {
  const pooled = { ...few, thread_handling: 'pool-of-threads', thread_pool_size: '2' };
  expect(lets(pooled, { ...used, Open_files: '25' })).toEqual({ connections: 154, limit: 200, from: 500 });
});

it.each([
  ['is wide enough', { ...few, open_files_limit: '32000' }],
  ['is not told', { max_connections: '500' }],
])('says nothing where the limit %s', (_, variables) => {
  expect(lets(variables, used)).toBeUndefined();
});

it('never leaves less than none', () => {
  expect(lets({ ...few, open_files_limit: '20' }, used)?.connections).toBe(0);
});

it('leaves 180 of 500 on MySQL 9.7, as it had them', () => {
  const status = { Open_files: '0', Innodb_num_open_files: '6' };
  expect(lets(few, status, mysqlDialect)).toEqual({ connections: 180, limit: 200, from: 500 });
});

const idle = { Open_files: '20', Innodb_num_open_files: '6' };

it.each([
  ['mysql', mysqlDialect],
  ['mariadb', mariadbDialect],
] as const)(
  'tells of %s that it has lowered max_connections at its start, where it was seen to',
  async (id, dialect) => {
    const { observed = [] } = (await serverProfile(id)).openFilesLimit ?? {};
    const seen = observed.filter(({ openFiles }) => openFiles > 400);
    expect(seen.some(({ asked, maxConnections }) => maxConnections < asked)).toBe(true);
    for (const { openFiles, asked, maxConnections, tableOpenCache = 400 } of seen) {
      const told = { open_files_limit: `${openFiles}`, max_connections: `${maxConnections}` };
      const found = lets({ ...told, table_open_cache: `${tableOpenCache}` }, idle, dialect);
      expect([openFiles, asked, found?.connections ?? maxConnections]).toEqual(
        maxConnections < asked ? [openFiles, asked, maxConnections] : [openFiles, asked, expect.any(Number)],
      );
      expect([openFiles, found !== undefined && found.from === undefined]).toEqual([openFiles, maxConnections < asked]);
    }
  },
);

it('takes no max_connections for lowered that somebody has set to the same number', () => {
  const set = { open_files_limit: '1024', max_connections: '214', table_open_cache: '4000' };
  expect(lets(set, idle, mysqlDialect)).toBeUndefined();
});
