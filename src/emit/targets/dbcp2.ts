import { wholeSeconds } from '../parts/amounts.ts';
import { optionsAt } from '../parts/assignments.ts';
import { connectionProperties, dbcpFile, dbcpLimit, dbcpWait } from '../parts/dbcp.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

const title = 'Apache Commons DBCP 2';

export const dbcp2: Target = {
  title,
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'dbcp2',
  instead: { connectTimeout: 'The snippet sets it in the JDBC driver, through connectionProperties.' },
  inFile: { format: 'properties', assignments },
  sets: (input) => optionsAt(assignments(input)),
  render: (input) => dbcpFile(input, assignments(input)),
};

function assignments(input: EmitInput): Assignment[] {
  return [
    ...dbcpLimit(input, 'maxTotal'),
    dbcpWait(input, 'maxWaitMillis', '-1: waits without a limit; 0 would fail at once'),
    connectionProperties(input),
    ...query(input),
  ];
}

function query({ settings: { queryTimeoutMs } }: EmitInput): Assignment[] {
  if (queryTimeoutMs === undefined) return [];
  const value = wholeSeconds(queryTimeoutMs, title, 'query timeout');
  return [{ path: ['defaultQueryTimeout'], value, of: 'queryTimeoutMs', note: 'seconds' }];
}
