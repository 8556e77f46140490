import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SnippetCase } from '../case.ts';

/**
 * Stands in for the client that `prisma generate` writes: it takes the options of the real one. The suite asks the
 * adapter for what the real one would ask it for.
 */
const client = `import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';

interface Options {
  adapter: SqlDriverAdapterFactory;
  transactionOptions?: { maxWait?: number; timeout?: number };
}

export class PrismaClient {
  readonly options: Options;
  constructor(options: Options) {
    this.options = options;
  }
}
`;

export default {
  target: 'prisma',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$|pool timeout: failed to retrieve a connection from pool/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  files: { 'generated/prisma/client.ts': client },
  open: async ({ prisma }: { prisma: { options: { adapter: SqlDriverAdapterFactory } } }) => {
    const adapter = await prisma.options.adapter.connect();
    return {
      acquire: async () => {
        const transaction = await adapter.startTransaction();
        return () => transaction.rollback();
      },
      query: (sql = 'select 1') => adapter.queryRaw({ sql, args: [], argTypes: [] }),
      end: () => adapter.dispose(),
    };
  },
} satisfies SnippetCase;
