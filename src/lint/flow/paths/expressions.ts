import type { Node } from '../../../declarations/code/code-file.ts';
import { childrenOf } from '../../../declarations/code/walk.ts';
import { bare, isFunction } from '../syntax.ts';
import { carries } from './carries.ts';
import { assume } from './conditions.ts';
import { fail, handOver, mayFail, type Run, step } from './run.ts';
import { replaced, type Status } from './status.ts';

/** The status after an expression; what it throws goes to the exits of the run. */
export function evaluateExpression(run: Run, expression: Node, status: Status): Status {
  step(run);
  const node = bare(expression);
  if (status === 0 || isFunction(node)) return status;
  switch (node.type) {
    case 'AwaitExpression': {
      const { fulfilled, rejected } = run.settle(node.argument, status);
      fail(run, node, rejected);
      return fulfilled;
    }
    case 'CallExpression':
    case 'NewExpression': {
      const { fulfilled, rejected } = run.settle(node, status);
      mayFail(run, node, rejected);
      return fulfilled;
    }
    case 'LogicalExpression': {
      const left = run.evaluate(node.left, status);
      if (node.operator === '??') return left | run.evaluate(node.right, left);
      const goesOn = node.operator === '&&';
      const right = run.evaluate(node.right, assume(run.subject, node.left, left, goesOn));
      return assume(run.subject, node.left, left, !goesOn) | right;
    }
    case 'ConditionalExpression': {
      const test = run.evaluate(node.test, status);
      return (
        run.evaluate(node.consequent, assume(run.subject, node.test, test, true)) |
        run.evaluate(node.alternate, assume(run.subject, node.test, test, false))
      );
    }
    case 'TaggedTemplateExpression':
      run.visit(node, status);
      return evaluateAll(run, childrenOf(node), status);
    case 'AssignmentExpression': {
      const right = run.evaluate(node.right, evaluateAll(run, [node.left], status));
      if (carries(run.subject, node.right) && !isFunction(bare(node.right)))
        return run.subject.is(node.left) ? right : handOver(run, right);
      return run.subject.is(node.left) ? replaced(right) : right;
    }
    default:
      return evaluateAll(run, childrenOf(node), status);
  }
}

function evaluateAll(run: Run, nodes: readonly Node[], status: Status): Status {
  return nodes.reduce((now, node) => run.evaluate(node, now), status);
}
