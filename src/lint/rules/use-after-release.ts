import { checkoutsIn } from '../flow/checkouts.ts';
import { atNode } from '../flow/places.ts';
import type { Rule } from '../rule.ts';

/** A statement on a connection that has been given back on every path that leads to it. */
export const useAfterRelease: Rule = {
  severity: 'warn',
  *checkCode(code, context) {
    for (const { paths, role, call } of checkoutsIn(code, context)) {
      for (const { kind, node } of paths.misuses) {
        if (kind !== 'used' || role === 'pool') continue;
        yield {
          ...atNode(code.file, node),
          message: 'This statement runs on a connection that has been given back.',
          expected: 'every statement before the release',
          consequence:
            'Another caller may have the connection by now: the statement runs in the middle of its transaction.',
          fix: 'Move the release behind the last statement, into finally.',
          related: [{ place: code.file.spanOf(call), message: 'it is taken here' }],
        };
      }
    }
  },
};
