import type { Checkout } from './checkouts.ts';
import type { Exit } from './paths/run.ts';
import { handedOver, held, heldAfterFailure, leaking } from './paths/status.ts';
import { endsWithItsWork } from './short-lived.ts';

/** The ways on which a checkout is not given back. */
export interface Leak {
  readonly checkout: Checkout;
  /** A function that returns although it holds it, or a failure that nothing catches. */
  readonly kind: 'early-return' | 'failure' | 'never';
  readonly exits: readonly Exit[];
}

/** How a checkout leaks; undefined where every path gives it back, hands it over, or cannot be told. */
export function leakOf(checkout: Checkout): Leak | undefined {
  const { paths, callback } = checkout;
  const exits = [...paths.exits, ...paths.detached].filter(
    ({ status, kind }) => (status & leaking) !== 0 && !(callback && kind === 'throw'),
  );
  if (exits.length === 0) return undefined;
  // A pool or a connection of its own that is kept on success is that of the application.
  const mayBeKept = checkout.role === 'pool' || (checkout.role === 'connection' && !paths.isLent);
  if (mayBeKept && paths.exits.some(({ status }) => status & handedOver)) return undefined;
  const endsSoon = endsWithItsWork(checkout.parts.file);
  if (endsSoon && checkout.role !== 'client' && checkout.role !== 'queryRunner') return undefined;
  if (!checkout.subject.isEverGivenBack) return { checkout, kind: 'never', exits };
  const returns = exits.filter(({ kind, status }) => kind !== 'throw' && (status & held) !== 0);
  if (returns.length === 0 && endsSoon) return undefined;
  return { checkout, kind: returns.length > 0 ? 'early-return' : 'failure', exits };
}

/** What happens at an exit, for the reader of a finding; `state` says what is wrong there. */
export function exitText({ kind, status, node }: Exit, state = 'it is held'): string {
  if (kind === 'continue') return `another one is taken here while ${state}`;
  if (kind === 'throw') return `this ${node.type === 'ThrowStatement' ? 'throws' : 'may be rejected'} while ${state}`;
  if (status & heldAfterFailure) return `the function ends here after a failure, and ${state}`;
  return node.type === 'ReturnStatement' ? `this returns while ${state}` : `the function ends here while ${state}`;
}
