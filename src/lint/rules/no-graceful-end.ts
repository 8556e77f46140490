import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { hasOneCaller } from '../flow/short-lived.ts';
import { applicationsOf } from '../pools/application.ts';
import { atPool } from '../pools/words.ts';
import { codeOf } from '../read-code.ts';
import type { Rule } from '../rule.ts';

/** A program that ends without ending its pools: one finding for each. */
export const noGracefulEnd: Rule = {
  severity: 'info',
  library: 'off',
  *checkProject(project) {
    if (project.config.assume.shutdown) return;
    for (const { folder, pools: made, paths } of applicationsOf(project)) {
      // A script ends its pools with its process.
      const pools = made.filter(({ place }) => !isOfScript(codeOf(place.file, project)));
      const [first] = pools;
      const manifest = project.files.read(folder === '' ? 'package.json' : `${folder}/package.json`) ?? '';
      if (!first || isEndedByOthers(manifest)) continue;
      if (paths.some((path) => isEnding(project.files.read(path) ?? ''))) continue;
      const count = runningCount(pools);
      yield {
        ...atPool(first, 'end'),
        confidence: 'medium',
        message: `Nothing ends ${count === 1 ? 'the pool' : `the ${count} pools`} of this program.`,
        expected: 'pool.end(), or what the library calls it, when the process is told to stop',
        consequence:
          'At each roll-out, statements are cut off, and the server keeps the old connections until it notices: for that time old and new ones count against its limit.',
        fix: 'On SIGTERM, stop taking requests, wait for those that run, and end the pool; or `assume: { shutdown: true }`.',
      };
    }
  },
};

function isOfScript(code: AnalysedCode | undefined): boolean {
  return code !== undefined && hasOneCaller(code.file);
}

/** How many pools run at once: what has options for each environment runs in one of them. */
function runningCount(pools: readonly DeclaredPool[]): number {
  return new Set(
    pools.map(
      ({ place, made, environment }) => `${place.file} ${made} ${environment === undefined ? place.start : ''}`,
    ),
  ).size;
}

/** What ends what is before it. */
const ends = /\.(?:end|destroy|close|closeAll|\$disconnect|drain)\s*\(/g;
const holder =
  /(?:pool|db|database|knex|sequelize|prisma|data_?source|orm|sql|conn|connection|client|kysely)\w*(?:\(\))?!?\??$/i;
const endsAll = /(?:enableShutdownHooks|attachDatabasePool)\s*\(/;

/** A pool, or what holds one, is ended or closed. Words are looked for first: every file of the program is asked. */
function isEnding(text: string): boolean {
  for (const { index } of text.matchAll(ends)) {
    if (holder.test(text.slice(Math.max(0, index - 60), index))) return true;
  }
  return (text.includes('enableShutdownHooks') || text.includes('attachDatabasePool')) && endsAll.test(text);
}

/** Frameworks that end it, or that have no such moment. */
function isEndedByOthers(manifest: string): boolean {
  return /"(?:next|serverless|@cloudflare\/workers-types|aws-lambda|@vercel\/functions)"\s*:/.test(manifest);
}
