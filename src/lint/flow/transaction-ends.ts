import { begunOn, type Checkout } from './checkouts.ts';
import { leakOf } from './leaks.ts';
import type { Exit } from './paths/run.ts';
import { leaking } from './paths/status.ts';
import { endsWithItsWork } from './short-lived.ts';
import type { CallNode } from './syntax.ts';

/** A transaction that some path leaves open. */
export interface OpenTransaction {
  /** BEGIN. */
  readonly begin: CallNode;
  readonly exits: readonly Exit[];
  /** Nothing commits or rolls back at all. */
  readonly isNeverEnded: boolean;
}

/** Drivers that roll back when a connection goes back to the pool. */
const rollsBackOnRelease = ['mariadb'];

/** The transaction that a checkout gives back open; nothing where the checkout itself is lost, which is another finding. */
export function openTransaction(checkout: Checkout): OpenTransaction | undefined {
  const { library, parts } = checkout;
  if (rollsBackOnRelease.includes(library) || endsWithItsWork(parts.file) || leakOf(checkout)) return undefined;
  const begun = begunOn(checkout);
  const begin = begun?.subject.firstTaken;
  if (!begun || !begin) return undefined;
  const exits = [...begun.paths.exits, ...begun.paths.detached].filter(
    ({ status, kind }) => (status & leaking) !== 0 && !(checkout.callback && kind === 'throw'),
  );
  return exits.length === 0 ? undefined : { begin, exits, isNeverEnded: !begun.subject.isEverGivenBack };
}
