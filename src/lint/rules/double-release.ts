import { checkoutsIn } from '../flow/checkouts.ts';
import { atNode } from '../flow/places.ts';
import type { Rule } from '../rule.ts';

/** Libraries that throw, or give a connection to two callers, when it is given back twice. The others ignore it. */
const libraries = /^(?:pg|pg-pool|@neondatabase\/serverless|mysql|generic-pool|sequelize)$/;

/** A connection that has been given back on every path that leads to another release. */
export const doubleRelease: Rule = {
  severity: 'warn',
  *checkCode(code, context) {
    for (const { paths, library, role, call } of checkoutsIn(code, context)) {
      if (!libraries.test(library) || role === 'pool' || role === 'connection') continue;
      for (const { kind, node } of paths.misuses) {
        if (kind !== 'released') continue;
        const what = role === 'transaction' ? 'transaction' : 'client';
        yield {
          ...atNode(code.file, node),
          message: `The ${what} has been ${role === 'transaction' ? 'ended' : 'given back'} on every path that leads here.`,
          expected: 'one release for each acquire',
          consequence: `${library} throws, and the error takes the place of the result, or of the error that led here.`,
          fix: 'Leave the release to finally, and delete the others.',
          related: [{ place: code.file.spanOf(call), message: 'it is taken here' }],
        };
      }
    }
  },
};
