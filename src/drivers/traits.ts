import type { ConnectionTarget } from '../engines/target.ts';
import { type TlsChoice, tlsChoice } from '../engines/tls.ts';

/** What the first connection to a target finds out for all later ones. */
export interface LoadTraits {
  /** Undefined: without TLS. */
  tls: TlsChoice | undefined;
  /** The version of MySQL or MariaDB, which decides the names of its limits. */
  version?: string;
  /** PostgreSQL's platform cannot see that a client is gone. */
  cannotCheckClient?: true;
}

const traitsByTarget = new WeakMap<ConnectionTarget, LoadTraits>();

export function traitsOf(target: ConnectionTarget): LoadTraits {
  const known = traitsByTarget.get(target);
  if (known) return known;
  const traits: LoadTraits = { tls: tlsChoice(target) };
  traitsByTarget.set(target, traits);
  return traits;
}

/** With sslmode=prefer, where the server has no TLS: from now on all go without. True when another try makes sense. */
export function fallsBackToPlain(traits: LoadTraits, target: ConnectionTarget, isTlsMissing: boolean): boolean {
  if (target.tlsMode !== 'prefer' || !isTlsMissing) return false;
  traits.tls = undefined;
  return true;
}
