import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { type Hold, holdsIn } from '../flow/holds.ts';
import { atNode } from '../flow/places.ts';
import { endsWithItsWork } from '../flow/short-lived.ts';
import { calleeText, isCall, isFunction, type StatementNode } from '../flow/syntax.ts';
import { type TakenThere, takenThrough } from '../flow/taken.ts';
import { isRun, takerOf } from '../flow/takers.ts';
import { chainOf } from '../flow/uses.ts';
import { sizeOf } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** A second connection of the same pool is taken while one is held. */
export const nestedAcquire: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code, context) {
    const seen = new Set<object>();
    const hasOneCaller = endsWithItsWork(code.file);
    for (const hold of holdsIn(code, context)) {
      // A connection of its own is none of the pool's, and a single caller waits for nobody but itself.
      if (hold.role === 'connection' || (hasOneCaller && sizeOfPool(hold, context) !== 1)) continue;
      for (const call of [...hold.calls.map((held) => held.call), ...hold.templates]) {
        if (call === hold.taken || seen.has(call)) continue;
        const taken = takenBy(code, call, hold);
        if (!taken || taken.taker.library !== hold.library || isOfAnotherPool(hold, taken.taker.pool)) continue;
        if (findsTransaction(hold, context)) continue;
        seen.add(call);
        const isHere = taken.call === call;
        yield {
          ...atNode(code.file, call),
          ...judgement(hold, context),
          message: `${calleeText(code.file, call)}${isCall(call) ? '()' : ''} takes a second connection while this function holds one.`,
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

/** What the call takes by itself, or in the functions of the project that it calls and waits for. */
function takenBy(code: AnalysedCode, call: StatementNode, hold: Hold): TakenThere | undefined {
  const { file } = code;
  const whole = chainOf(file, call);
  const taker = takerOf(code, call);
  if (taker) {
    const isOwn = !hold.mentions(whole) && isRun(file, call, taker) && !isDropped(file, whole, call);
    return isOwn ? { taker, file, call } : undefined;
  }
  return isCall(call) ? takenThrough(code, file, call, hold.mentions) : undefined;
}

/** A statement that nobody waits for holds nobody up; a callback waits. */
function isDropped(file: CodeFile, whole: Node, call: StatementNode): boolean {
  const isAlone = file.parentOf(whole)?.type === 'ExpressionStatement';
  return isAlone && !(isCall(call) && call.arguments.some((argument) => isFunction(argument) && !argument.async));
}

/** The statement finds the transaction by itself: Sequelize with `useCLS`, and from version 7 on always. */
function findsTransaction(hold: Hold, { files, versionOf }: FileContext): boolean {
  if (hold.library !== 'sequelize' && hold.library !== '@sequelize/core') return false;
  const declaredIn = hold.pool && files.read(hold.pool.place.file);
  return versionOf('@sequelize/core') !== undefined || declaredIn?.includes('useCLS') === true;
}

const sizeOfPool = ({ pool }: Hold, { profiles }: FileContext) => pool && sizeOf(pool, profiles);

function isOfAnotherPool({ pool: first }: Hold, second: Hold['pool']): boolean {
  return (
    first !== undefined &&
    second !== undefined &&
    (first.place.file !== second.place.file || first.place.start !== second.place.start)
  );
}

/** What it leads to with the pool's size. */
function judgement(
  hold: Hold,
  context: FileContext,
): Pick<RuleReport, 'severity' | 'expected' | 'consequence' | 'fix'> {
  const size = sizeOfPool(hold, context);
  const { role } = hold;
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
