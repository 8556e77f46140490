import { checkoutsIn } from '../flow/checkouts.ts';
import { atNode } from '../flow/places.ts';
import { storedIn } from '../flow/stored.ts';
import type { Rule } from '../rule.ts';

/** A connection that is kept in a field or a variable of the module, and that nothing there gives back. */
export const checkoutStored: Rule = {
  severity: 'info',
  *checkCode(code, context) {
    for (const { call, role } of checkoutsIn(code, context)) {
      const field = role === 'client' || role === 'queryRunner' ? storedIn(code.file, call) : undefined;
      if (field === undefined) continue;
      yield {
        ...atNode(code.file, call),
        message: `The connection is kept in ${field}, and nothing in this file gives it back.`,
        expected: 'a connection that is taken and given back in one function',
        consequence:
          'The pool has one connection less as long as the field holds it; two requests that share the field run in one transaction.',
        fix: 'Take the connection where it is used, or give it back in a method that always runs.',
      };
    }
  },
};
