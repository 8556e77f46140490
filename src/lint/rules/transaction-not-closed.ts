import { checkoutsIn } from '../flow/checkouts.ts';
import { exitText } from '../flow/leaks.ts';
import { atNode, endOf } from '../flow/places.ts';
import { openTransaction } from '../flow/transaction-ends.ts';
import type { Rule } from '../rule.ts';

/** A transaction that some path neither commits nor rolls back before its connection goes back to the pool. */
export const transactionNotClosed: Rule = {
  severity: 'error',
  inTests: false,
  *checkCode(code, context) {
    const { file } = code;
    for (const checkout of checkoutsIn(code, context)) {
      const open = openTransaction(checkout);
      if (!open) continue;
      yield {
        ...atNode(file, open.begin),
        message: open.isNeverEnded
          ? 'The transaction that begins here is neither committed nor rolled back.'
          : 'The transaction that begins here stays open on a path that neither commits nor rolls back.',
        expected: 'COMMIT or ROLLBACK on every path before the connection is given back',
        consequence:
          'The connection goes back to the pool in the open transaction: its locks stay, and the next caller works in it without knowing.',
        fix: 'Roll back in catch, before the release in finally.',
        related: open.exits.map((exit) => ({
          place: file.spanOf(endOf(exit.node)),
          message: exitText(exit, 'the transaction is open'),
        })),
      };
    }
  },
};
