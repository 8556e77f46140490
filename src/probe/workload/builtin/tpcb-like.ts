import type { EngineId } from '../../../base/engine.ts';
import { PoolctlError } from '../../../base/errors.ts';
import type { ProbeWorkload, ScriptStatement, VariableLaw } from '../model.ts';
import { bindParameters } from '../parameters.ts';
import type { BuiltinOptions } from './options.ts';
import { analyzeTable, createTable, numbers, placeFor, type TablePlace } from './place.ts';

const accountDigits = 5;
const accountsPerBranch = 10 ** accountDigits;
const tellersPerBranch = 10;
const mostBranches = 200;

/** The transaction and the tables of pgbench's `tpcb-like` (PostgreSQL's manual, pgbench, "What Is the Transaction Actually Performed"). */
export function tpcbLike({ engine, runId, prepared, scale = 1 }: BuiltinOptions): ProbeWorkload {
  if (!Number.isInteger(scale) || scale < 1 || scale > mostBranches) {
    throw new PoolctlError('VALUE_INVALID', `tpcb-like of scale ${scale} is not possible.`, {
      hint: `A whole number from 1 to ${mostBranches}; each branch has ${accountsPerBranch} accounts, about 13 MB.`,
    });
  }
  const place = placeFor(engine, runId);
  const variables: Record<string, VariableLaw> = {
    aid: { kind: 'int', from: 1, to: accountsPerBranch * scale },
    bid: { kind: 'int', from: 1, to: scale },
    tid: { kind: 'int', from: 1, to: tellersPerBranch * scale },
    delta: { kind: 'int', from: -5_000, to: 5_000 },
  };
  return {
    name: `tpcb-like, scale ${scale}`,
    description: `Each request is a transaction of three updates, a read and an insert, as pgbench's; ${scale === 1 ? 'all wait for the row of the one branch' : `those of the same one of ${scale} branches wait for each other`}.`,
    kind: 'builtin',
    readOnly: false,
    transportOnly: false,
    scripts: [{ weight: 1, isTransaction: true, statements: transaction(engine, place, prepared) }],
    variables,
    setup: [
      ...place.setup,
      ...creations(engine, place),
      ...fillings(engine, place, scale),
      ...['branches', 'tellers', 'accounts'].map((name) => analyzeTable(engine, place.table(name))),
    ],
    teardown: place.teardown(['branches', 'tellers', 'accounts', 'history']),
  };
}

function transaction(engine: EngineId, { table }: TablePlace, prepared: boolean): ScriptStatement[] {
  return [
    `UPDATE ${table('accounts')} SET abalance = abalance + :delta WHERE aid = :aid`,
    `SELECT abalance FROM ${table('accounts')} WHERE aid = :aid`,
    `UPDATE ${table('tellers')} SET tbalance = tbalance + :delta WHERE tid = :tid`,
    `UPDATE ${table('branches')} SET bbalance = bbalance + :delta WHERE bid = :bid`,
    `INSERT INTO ${table('history')} (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP)`,
  ].map((text) => ({ ...bindParameters(text, engine, (name) => name, 'tpcb-like'), prepared }));
}

function creations(engine: EngineId, { table }: TablePlace): string[] {
  // A server may demand a primary key of each table, or not replicate what has none.
  const historyKey = engine === 'postgres' ? '' : 'id bigint AUTO_INCREMENT PRIMARY KEY, ';
  return [
    createTable(engine, table('branches'), 'bid int PRIMARY KEY, bbalance int NOT NULL, filler char(88)'),
    createTable(
      engine,
      table('tellers'),
      'tid int PRIMARY KEY, bid int NOT NULL, tbalance int NOT NULL, filler char(84)',
    ),
    createTable(
      engine,
      table('accounts'),
      'aid int PRIMARY KEY, bid int NOT NULL, abalance int NOT NULL, filler char(84)',
    ),
    createTable(
      engine,
      table('history'),
      `${historyKey}tid int, bid int, aid int, delta int, mtime timestamp, filler char(22)`,
    ),
  ];
}

/** One statement for each branch, so that none runs long. */
function fillings(engine: EngineId, { table }: TablePlace, scale: number): string[] {
  const branches = Array.from({ length: scale }, (_, index) => index);
  return branches.flatMap((branch) => [
    `INSERT INTO ${table('branches')} VALUES (${branch + 1}, 0, '')`,
    `INSERT INTO ${table('tellers')} SELECT ${branch * tellersPerBranch} + n + 1, ${branch + 1}, 0, '' FROM ${numbers(engine, 1)}`,
    `INSERT INTO ${table('accounts')} SELECT ${branch * accountsPerBranch} + n + 1, ${branch + 1}, 0, '' FROM ${numbers(engine, accountDigits)}`,
  ]);
}
