import { externalCallsIn } from '../flow/external-calls.ts';
import type { Rule } from '../rule.ts';

/** Another service is asked while a transaction is open. */
export const externalCallInTransaction: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code, context) {
    yield* externalCallsIn(code, context, true);
  },
};
