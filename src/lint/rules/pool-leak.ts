import { checkoutsIn } from '../flow/checkouts.ts';
import { leakReport } from '../flow/leak-report.ts';
import { leakOf } from '../flow/leaks.ts';
import type { Rule } from '../rule.ts';

/** A pool that a function makes, and does not end on every path. */
export const poolLeak: Rule = {
  severity: 'error',
  *checkCode(code, context) {
    for (const checkout of checkoutsIn(code, context)) {
      if (checkout.role !== 'pool') continue;
      const leak = leakOf(checkout);
      if (leak) yield leakReport(leak, code, context);
    }
  },
};
