import type { AnalysedCode } from '../analysed-code.ts';
import { whenTaken } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { RuleReport } from '../rule.ts';
import { externalCall } from './external.ts';
import { type Hold, holdsIn } from './holds.ts';
import { atNode } from './places.ts';
import { endsWithItsWork } from './short-lived.ts';

/** Reports calls of other services while a connection is held, in a transaction or outside of one. */
export function* externalCallsIn(
  code: AnalysedCode,
  context: FileContext,
  isInTransaction: boolean,
): Iterable<RuleReport> {
  // A single caller keeps nobody waiting.
  if (endsWithItsWork(code.file)) return;
  const seen = new Set<object>();
  for (const hold of holdsIn(code, context)) {
    for (const held of hold.calls) {
      if (held.isInTransaction !== isInTransaction || seen.has(held.call)) continue;
      const external = externalCall(code, held.call, context.config.externalCalls);
      if (!external) continue;
      seen.add(held.call);
      const { callee, service, through } = external;
      const asked = service === callee ? 'another service' : service;
      yield {
        ...atNode(code.file, held.call),
        message: isInTransaction
          ? `${callee}() waits for ${asked} while a transaction is open.`
          : `${callee}() waits for ${asked} while a connection is held.`,
        expected: isInTransaction
          ? 'the call before BEGIN or after COMMIT'
          : 'the call before the acquire or after the release',
        consequence: consequence(hold, context, isInTransaction),
        fix: isInTransaction
          ? 'Ask first and write the answer in the transaction, or write down what is to be done and ask after COMMIT.'
          : 'Give the connection back before the call.',
        related: [
          { place: code.file.spanOf(hold.taken), message: 'the connection is taken here' },
          ...(through
            ? [{ place: through.file.spanOf(through.call), message: 'the other service is asked here' }]
            : []),
        ],
        confidence: through ? 'medium' : 'high',
      };
    }
  }
}

function consequence({ pool }: Hold, { profiles }: FileContext, isInTransaction: boolean): string {
  const locks = isInTransaction ? ' The locks of the transaction are held as long.' : '';
  const all = pool ? whenTaken(pool, profiles) : 'When every connection is taken';
  return `The connection is taken for as long as the other service needs, its time-outs included. ${all} by such calls, every other caller waits.${locks}`;
}
