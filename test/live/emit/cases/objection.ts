import type { Knex } from 'knex';
import { Model } from 'objection';
import type { SnippetCase } from '../case.ts';
import knex from './knex.ts';

class Thing extends Model {
  static override tableName = 'thing';
}

export default {
  ...knex,
  target: 'objection',
  open: async ({ db }: { db: Knex }) => ({
    acquire: async () => {
      const transaction = await Thing.startTransaction();
      return () => transaction.commit();
    },
    query: (sql = 'select 1') => Thing.knex().raw(sql),
    end: () => db.destroy(),
  }),
} satisfies SnippetCase;
