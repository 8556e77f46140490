import { applicationsOf } from '../pools/application.ts';
import { atPool } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A program that ends without ending its pools: one finding for each. */
export const noGracefulEnd: Rule = {
  severity: 'info',
  library: 'off',
  *checkProject(project) {
    if (project.config.assume.shutdown) return;
    for (const { folder, pools, paths } of applicationsOf(project)) {
      const [first, ...others] = pools;
      const manifest = project.files.read(folder === '' ? 'package.json' : `${folder}/package.json`) ?? '';
      if (!first || isEndedByOthers(manifest)) continue;
      if (paths.some((path) => ends.test(project.files.read(path) ?? ''))) continue;
      yield {
        ...atPool(first, 'end'),
        confidence: 'medium',
        message: `Nothing ends ${others.length === 0 ? 'the pool' : `the ${pools.length} pools`} of this program.`,
        expected: 'pool.end(), or what the library calls it, when the process is told to stop',
        consequence:
          'At each roll-out, statements are cut off, and the server keeps the old connections until it notices: for that time old and new ones count against its limit.',
        fix: 'On SIGTERM, stop taking requests, wait for those that run, and end the pool; or `assume: { shutdown: true }`.',
      };
    }
  },
};

/** A pool, or what holds one, is ended or closed. */
const ends =
  /\b\w*(?:pool|db|database|knex|sequelize|prisma|data_?source|orm|sql|conn|connection|client|kysely)\w*(?:\(\))?!?\??\.(?:\$?client\??\.)?(?:end|destroy|close|closeAll|\$disconnect|drain)\s*\(|enableShutdownHooks\s*\(|attachDatabasePool\s*\(/i;

/** Frameworks that end it, or that have no such moment. */
function isEndedByOthers(manifest: string): boolean {
  return /"(?:next|serverless|@cloudflare\/workers-types|aws-lambda|@vercel\/functions)"\s*:/.test(manifest);
}
