import type { AnalysedCode } from '../analysed-code.ts';
import { whenTaken } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { RuleReport } from '../rule.ts';
import type { Checkout } from './checkouts.ts';
import { exitText, type Leak } from './leaks.ts';
import { atNode, endOf } from './places.ts';
import { methodCall } from './syntax.ts';

/** What is held, and how it is given back, as messages say it. */
const words: Readonly<Record<Checkout['role'], { readonly what: string; readonly back: string }>> = {
  client: { what: 'client', back: 'release()' },
  queryRunner: { what: 'query runner', back: 'release()' },
  transaction: { what: 'transaction', back: 'commit() or rollback()' },
  connection: { what: 'connection', back: 'end()' },
  pool: { what: 'pool', back: 'end()' },
};

function wordsOf({ role, library }: Checkout): { readonly what: string; readonly back: string } {
  return role === 'client' && library === 'knex' ? { what: 'connection', back: 'releaseConnection()' } : words[role];
}

/** One report for a checkout, with each way out that keeps it. */
export function leakReport({ checkout, kind, exits }: Leak, code: AnalysedCode, context: FileContext): RuleReport {
  const { what, back } = wordsOf(checkout);
  const missing = {
    never: `is never given back: nothing calls ${back}`,
    failure: `is not given back when something fails on the way to ${back}`,
    'early-return': `is not given back on every path: one ends before ${back}`,
  }[kind];
  return {
    ...atNode(code.file, checkout.call),
    message: `The ${what} taken here ${missing}.`,
    expected: `${back} on every path, also when a statement is rejected`,
    consequence: consequenceOf(checkout, code, context),
    fix: checkout.callback
      ? `Call ${back} first thing in the callback of the last statement, before its error is looked at.`
      : `Put everything behind the acquire into try, and ${back} into its finally.`,
    related: exits.map((exit) => ({ place: code.file.spanOf(endOf(exit.node)), message: exitText(exit) })),
  };
}

function consequenceOf(checkout: Checkout, code: AnalysedCode, { profiles }: FileContext): string {
  if (checkout.role === 'pool') return 'Each call leaves a pool behind, with its connections on the server.';
  if (checkout.role === 'connection') return 'Each time, a connection stays open on the server until the process ends.';
  const lender = methodCall(checkout.call);
  const pool = lender && code.libraryObject(lender.object)?.pool;
  const all = pool ? whenTaken(pool, profiles) : 'When every connection is taken';
  return `Each time, one connection of the pool is lost until the process ends. ${all} this way, every caller waits.`;
}
