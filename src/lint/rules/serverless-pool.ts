import { hostOfUrl } from '../budget/hosts.ts';
import { serverlessPlatform } from '../pools/serverless.ts';
import { atPool, optionText, sizeOf } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** One request at a time needs one connection, and some run a few statements at once. */
const enough = 5;

/** A pool sized for a server in a function, of which the platform starts as many as requests come. */
export const serverlessPool: Rule = {
  severity: 'warn',
  *checkPool(pool, { profiles, files, config }) {
    const size = sizeOf(pool, profiles);
    if (size === undefined || size <= enough || pool.lives === 'function' || pool.lives === 'request') return;
    const platform = serverlessPlatform(pool.place.file, files);
    if (!platform || (config.assume.pooler ?? 'none') !== 'none') return;
    const urls = optionText(pool, /(?:url|uri|connectionString|connection|host)$/i);
    if (isPooled(urls)) return;
    const text = files.read(pool.place.file) ?? '';
    if (platform.name === 'Vercel' && text.includes('attachDatabasePool')) return;
    yield {
      ...atPool(pool, 'serverless'),
      message: `Each function instance on ${platform.name} (${platform.file}) may open ${size} connections.`,
      expected: `at most ${enough}: an instance serves one request at a time, or a few`,
      consequence:
        'The platform starts instances as requests come, and a frozen one keeps its connections: a burst takes every connection of the server.',
      fix: `Make the pool small (1 to 3), put a pooler between the functions and the server${platform.name === 'Vercel' ? ', and pass the pool to attachDatabasePool of @vercel/functions' : ''}.`,
    };
  },
};

/** Poolers of platforms, by their hosts and ports. */
function isPooled(urls: string): boolean {
  return urls.split('\n').some((url) => {
    const host = hostOfUrl(url) ?? url;
    return (
      /-pooler\.|\.pooler\.|pgbouncer|proxy-|hyperdrive|accelerate\.prisma/.test(host) ||
      /:6543(?:\/|$)|[?&]pgbouncer=true/.test(url)
    );
  });
}
