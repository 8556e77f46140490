import { failure, nameOf } from './failure.ts';
import type { ConnectionTarget } from './target.ts';

/** A version as servers name theirs: with a number in it. @throws PoolctlError PROTOCOL_MISMATCH */
export function namedVersion(
  version: string | undefined,
  { address, protocol }: ConnectionTarget,
  question: string,
): string {
  if (version !== undefined && /\d/.test(version)) return version;
  throw failure(
    'PROTOCOL_MISMATCH',
    `${address} answers ${question} with ${version ? 'no version' : 'nothing'}; is it ${nameOf[protocol]}?`,
    'Ask it by hand. What only speaks the protocol of a database has no budget of connections.',
  );
}
