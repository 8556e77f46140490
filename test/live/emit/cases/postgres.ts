import type { Sql } from 'postgres';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'postgres',
  engines: ['postgres'],
  refused: /^2 requests already wait$/,
  gaveUp: /^No connection within 500 ms$/,
  doesNotSurvive: /can lose connections for good/,
  queryTimeout: /statement timeout/,
  open: async ({ sql }: { sql: Sql }) => ({
    acquire: async () => {
      const reserved = await sql.reserve();
      return () => reserved.release();
    },
    query: (text = 'select 1') => sql.unsafe(text),
    end: () => sql.end(),
  }),
} satisfies SnippetCase;
