import { optionsAt, sessionLimit } from '../parts/assignments.ts';
import { connectionProperties, dbcpFile, dbcpLimit, dbcpWait } from '../parts/dbcp.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

export const dbcp1: Target = {
  title: 'Apache Commons DBCP 1.4',
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'dbcp1',
  instead: {
    connectTimeout: 'The snippet sets it in the JDBC driver, through connectionProperties.',
    queryTimeout: 'The snippet sets it on the server, for every session, through initConnectionSqls.',
  },
  inFile: { format: 'properties', assignments },
  sets: (input) => optionsAt(assignments(input)),
  render: (input) => dbcpFile(input, assignments(input)),
};

function assignments(input: EmitInput): Assignment[] {
  return [
    ...dbcpLimit(input, 'maxActive'),
    dbcpWait(input, 'maxWait', '-1: waits without a limit, as does 0'),
    connectionProperties(input),
    ...sessionLimit(input, ['initConnectionSqls']),
  ];
}
