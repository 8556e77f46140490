import { externalCallsIn } from '../flow/external-calls.ts';
import type { Rule } from '../rule.ts';

/** Another service is asked while a connection is held, outside of a transaction. */
export const externalCallWhileHeld: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code, context) {
    yield* externalCallsIn(code, context, false);
  },
};
