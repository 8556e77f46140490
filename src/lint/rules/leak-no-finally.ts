import { checkoutsIn } from '../flow/checkouts.ts';
import { leakReport } from '../flow/leak-report.ts';
import { leakOf } from '../flow/leaks.ts';
import type { Rule } from '../rule.ts';

/** A connection that is given back only when nothing fails, or never. */
export const leakNoFinally: Rule = {
  severity: 'error',
  *checkCode(code, context) {
    for (const checkout of checkoutsIn(code, context)) {
      if (checkout.role === 'pool') continue;
      const leak = leakOf(checkout);
      if (leak && leak.kind !== 'early-return') yield leakReport(leak, code, context);
    }
  },
};
