import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import { applicationsOf } from '../pools/application.ts';
import { atPool, sizeOf } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** Two pools of one program for the same database. */
export const duplicatePool: Rule = {
  severity: undefined,
  strict: 'info',
  *checkProject(project) {
    for (const { pools } of applicationsOf(project)) {
      const first = new Map<string, DeclaredPool>();
      for (const pool of pools) {
        const address = addressOf(pool);
        if (address === undefined) continue;
        const before = first.get(address);
        if (!before) {
          first.set(address, pool);
          continue;
        }
        const [one, other] = [sizeOf(before, project.profiles), sizeOf(pool, project.profiles)];
        const sum = one === undefined || other === undefined ? undefined : one + other;
        yield {
          ...atPool(pool, 'duplicate'),
          message: 'This is a second pool of the program for the same database.',
          consequence: `Each process may open ${sum === undefined ? 'the connections of both' : `${sum} connections`}, and neither pool can use what idles in the other.`,
          expected: 'one pool, which everything shares',
          fix: 'Use the first one; keep two only where slow work must not take the connections of fast work.',
          related: [{ place: before.place, message: 'The first pool is here.' }],
        };
      }
    }
  },
};

const parts = ['host', 'port', 'database', 'user', 'username', 'url', 'uri', 'connectionString'];

/** What tells databases apart, by value or by the variable that it comes from; undefined where nothing does. */
function addressOf({ options, opaque, environment }: DeclaredPool): string | undefined {
  if (opaque !== undefined) return undefined;
  const known: string[] = [];
  for (const { name, value } of options) {
    const part = name.slice(name.lastIndexOf('.') + 1);
    if (!parts.includes(part)) continue;
    const text = value.kind === 'known' ? String(value.value) : value.origins.map((origin) => origin.text).join(' ');
    // From somewhere that nobody sees: it may be another one.
    if (text === '') return undefined;
    known.push(`${part}=${text}`);
  }
  return known.length === 0 ? undefined : [...known.sort(), environment ?? ''].join('\n');
}
