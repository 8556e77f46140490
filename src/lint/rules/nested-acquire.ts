import type { Node } from '../../declarations/code/code-file.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { calledFunction } from '../flow/functions.ts';
import { type Hold, holdsIn } from '../flow/holds.ts';
import { atNode } from '../flow/places.ts';
import { type CallNode, calleeText } from '../flow/syntax.ts';
import { isRun, type TakenThere, takenIn, takerOf } from '../flow/takers.ts';
import { chainOf } from '../flow/uses.ts';
import { isWaitedFor } from '../flow/waits.ts';
import { sizeOf } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** A second connection of the same pool is taken while one is held. */
export const nestedAcquire: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code, context) {
    const seen = new Set<object>();
    for (const hold of holdsIn(code, context)) {
      for (const { call } of hold.calls) {
        if (call === hold.taken || seen.has(call)) continue;
        const taken = takenBy(code, call);
        if (!taken || taken.taker.library !== hold.library || isOfAnotherPool(hold, taken.taker.pool)) continue;
        if (isInTransaction(hold, chainOf(code.file, call), context)) continue;
        seen.add(call);
        const isHere = taken.call === call;
        yield {
          ...atNode(code.file, call),
          ...judgement(hold, context),
          message: `${calleeText(code.file, call)}() takes a second connection while this function holds one.`,
          related: [
            { place: code.file.spanOf(hold.taken), message: 'the first connection is taken here' },
            ...(isHere ? [] : [{ place: taken.file.spanOf(taken.call), message: 'the second one is taken here' }]),
          ],
          confidence: isHere ? 'high' : 'medium',
        };
      }
    }
  },
};

/** What the call takes by itself, or in the function of the project that it calls and waits for. */
function takenBy(code: AnalysedCode, call: CallNode): TakenThere | undefined {
  const taker = takerOf(code, call);
  if (taker) return isRun(code.file, call, taker) ? { taker, file: code.file, call } : undefined;
  const called = isWaitedFor(code.file, call) ? calledFunction(code, code.file, call) : undefined;
  return called && takenIn(code, called);
}

/** The call is given the transaction, or finds it by itself: Sequelize with `useCLS`, and from version 7 on always. */
function isInTransaction(hold: Hold, whole: Node, { files, versionOf }: FileContext): boolean {
  if (hold.mentions(whole)) return true;
  if (hold.library !== 'sequelize' && hold.library !== '@sequelize/core') return false;
  const declaredIn = hold.pool && files.read(hold.pool.place.file);
  return versionOf('@sequelize/core') !== undefined || declaredIn?.includes('useCLS') === true;
}

function isOfAnotherPool({ pool: first }: Hold, second: Hold['pool']): boolean {
  return (
    first !== undefined &&
    second !== undefined &&
    (first.place.file !== second.place.file || first.place.start !== second.place.start)
  );
}

/** What it leads to with the pool's size. */
function judgement(
  { pool, role }: Hold,
  { profiles }: FileContext,
): Pick<RuleReport, 'severity' | 'expected' | 'consequence' | 'fix'> {
  const size = pool && sizeOf(pool, profiles);
  const isManaged = role === 'managed' || role === 'transaction';
  const all = size === undefined ? 'as many callers as the pool has connections' : `${size} callers`;
  return {
    ...(size === 1 ? { severity: 'error' as const } : {}),
    expected: 'all statements on the connection that is held',
    consequence:
      size === 1
        ? 'The pool has 1 connection, and this function holds it: the call never gets one.'
        : `When ${all} are here at once, each holds a connection and waits for another: none goes on, until the acquire timeout if there is one.${isManaged ? ' The statement is not part of the transaction either.' : ''}`,
    fix: isManaged
      ? 'Pass the handle of the transaction to the call.'
      : 'Run the statement on the connection that is held.',
  };
}
