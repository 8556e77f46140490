import type { ProbeWorkload } from '../model.ts';
import type { BuiltinOptions } from './options.ts';
import { analyzeTable, createTable, numbers, placeFor } from './place.ts';

const digits = 4;

/** One row by its primary key, from a table of 10,000 rows that is in memory as a whole. */
export function pointWorkload({ engine, runId, prepared }: BuiltinOptions): ProbeWorkload {
  const place = placeFor(engine, runId);
  const table = place.table('point');
  const fill = engine === 'postgres' ? "rpad('', 84)" : "RPAD('', 84, ' ')";
  return {
    name: 'point',
    description: `Each request reads one of ${10 ** digits} rows by its primary key, from a table of poolctl's own.`,
    kind: 'builtin',
    // Its sessions are: only the control connection makes and removes the table.
    readOnly: true,
    transportOnly: false,
    scripts: [
      {
        weight: 1,
        isTransaction: false,
        statements: [
          {
            text: `SELECT balance FROM ${table} WHERE id = ${engine === 'postgres' ? '$1' : '?'}`,
            prepared,
            parameters: ['id'],
          },
        ],
      },
    ],
    variables: { id: { kind: 'int', from: 1, to: 10 ** digits } },
    setup: [
      ...place.setup,
      createTable(engine, table, 'id int PRIMARY KEY, balance int NOT NULL, filler char(84) NOT NULL'),
      `INSERT INTO ${table} SELECT n + 1, 0, ${fill} FROM ${numbers(engine, digits)}`,
      analyzeTable(engine, table),
    ],
    teardown: place.teardown(['point']),
  };
}
