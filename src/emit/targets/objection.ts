import { head, onWholeMs, sections } from '../parts/node.ts';
import type { Target } from '../target.ts';
import { knexMysql, knexParts, knexPostgres } from './knex.ts';

const render = onWholeMs((input) => {
  const { types, db, after } = knexParts(input);
  const imports = ["import knex from 'knex';", "import { Model } from 'objection';"];
  return sections(head(input.why, ...types, ...imports), db, 'Model.knex(db);', ...after);
});

export const objectionPostgres: Target = { ...knexPostgres, title: 'Objection on Knex and pg', render };
export const objectionMysql: Target = { ...knexMysql, title: 'Objection on Knex and mysql2', render };
