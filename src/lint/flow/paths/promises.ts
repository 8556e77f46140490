import type { Node } from '../../../declarations/code/code-file.ts';
import { bare, type CallNode, isCall, isFunction, methodCall } from '../syntax.ts';
import { call } from './calls.ts';
import { carries } from './carries.ts';
import { handOver, type PromiseEnds, type Run } from './run.ts';
import { givenBack, type Status } from './status.ts';

/** `promise.then(…)`, `.catch(…)`, `.finally(…)`. */
export function isChain(node: CallNode): boolean {
  const link = methodCall(node);
  return link !== undefined && ['then', 'catch', 'finally'].includes(link.method);
}

/** What becomes of the promise that an expression makes: of a chain link by link, of any other by its call. */
export function settlePromise(run: Run, promise: Node, status: Status): PromiseEnds {
  const node = bare(promise);
  if (status === 0 || !isCall(node)) {
    const after = run.evaluate(node, status);
    return { fulfilled: after, rejected: after };
  }
  const link = methodCall(node);
  if (!link || !isChain(node)) {
    const { after, rejected } = call(run, node, status);
    return { fulfilled: after, rejected };
  }
  const before = run.settle(link.object, status);
  const [first, second] = node.arguments;
  switch (link.method) {
    case 'then': {
      const onFulfilled = react(run, first, before.fulfilled);
      if (!second) return { fulfilled: onFulfilled.fulfilled, rejected: before.rejected | onFulfilled.rejected };
      const onRejected = react(run, second, before.rejected);
      return {
        fulfilled: onFulfilled.fulfilled | onRejected.fulfilled,
        rejected: onFulfilled.rejected | onRejected.rejected,
      };
    }
    case 'catch': {
      const onRejected = react(run, first, before.rejected);
      return { fulfilled: before.fulfilled | onRejected.fulfilled, rejected: onRejected.rejected };
    }
    default: {
      const onFulfilled = react(run, first, before.fulfilled);
      const onRejected = react(run, first, before.rejected);
      return {
        fulfilled: onFulfilled.fulfilled,
        rejected: onFulfilled.rejected | onRejected.rejected | onRejected.fulfilled,
      };
    }
  }
}

/** A reaction of a promise: a function in place, or one that is named. */
function react(run: Run, reaction: Node | undefined, status: Status): PromiseEnds {
  if (!reaction || status === 0) return { fulfilled: status, rejected: 0 };
  const value = bare(reaction);
  if (isFunction(value)) {
    const { normal, thrown } = run.follow(value, status);
    return { fulfilled: normal, rejected: thrown };
  }
  if (run.subject.givesBackWhenCalled(value)) return { fulfilled: givenBack(status), rejected: 0 };
  const after = carries(run.subject, value) ? handOver(run, status) : run.evaluate(value, status);
  return { fulfilled: after, rejected: 0 };
}
