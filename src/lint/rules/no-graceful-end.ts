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
      if (paths.some((path) => isEnding(project.files.read(path) ?? ''))) continue;
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

const ends =
  /\.(?:end|destroy|close|closeAll|\$disconnect|drain)\s*\(|enableShutdownHooks\s*\(|attachDatabasePool\s*\(/g;
const holder =
  /(?:pool|db|database|knex|sequelize|prisma|data_?source|orm|sql|conn|connection|client|kysely)\w*(?:\(\))?!?\??$/i;

/** A pool, or what holds one, is ended or closed. */
function isEnding(text: string): boolean {
  for (const { 0: word, index } of text.matchAll(ends)) {
    if (!word.startsWith('.') || holder.test(text.slice(Math.max(0, index - 60), index))) return true;
  }
  return false;
}

/** Frameworks that end it, or that have no such moment. */
function isEndedByOthers(manifest: string): boolean {
  return /"(?:next|serverless|@cloudflare\/workers-types|aws-lambda|@vercel\/functions)"\s*:/.test(manifest);
}
