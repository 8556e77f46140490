import type { Node } from '../../../declarations/code/code-file.ts';
import { functionNamed } from '../functions.ts';
import { bare, type CallNode, type FunctionNode, isFunction, methodCall } from '../syntax.ts';
import { carries, carriesRelease } from './carries.ts';
import { endsTheProcess, neverFails } from './known-calls.ts';
import { handOver, type Run, union } from './run.ts';
import { givenAway, givenBack, leaking, released, type Status, taken, takenOnce, uncertain } from './status.ts';

/** What a call leaves behind, and the status when it throws or its promise is rejected. */
export interface Called {
  readonly after: Status;
  readonly rejected: Status;
}

/** A call, with its arguments. */
export function call(run: Run, node: CallNode, before: Status): Called {
  const { subject } = run;
  let status = run.evaluate(node.callee, before);
  for (const argument of node.arguments) status = evaluateArgument(run, argument, status);
  run.visit(node, status);
  if (subject.isTakenBy(node)) return take(run, node, status);
  if (subject.isGivenBackBy(node)) {
    if (status === released) run.misused('released', node);
    return { after: givenBack(status), rejected: 0 };
  }
  if (subject.isEndOfLender(node)) return { after: givenAway(status), rejected: 0 };
  if (endsTheProcess(node)) return { after: 0, rejected: 0 };
  const target = bare(node.callee);
  const called = isFunction(target) ? target : subject.calledFunction(node);
  if (called && subject.isSeenIn(called)) {
    const { normal, thrown } = run.follow(called, status);
    return { after: normal, rejected: thrown };
  }
  const [executor] = node.arguments;
  if (
    node.type === 'NewExpression' &&
    target.type === 'Identifier' &&
    target.name === 'Promise' &&
    isFunction(executor)
  ) {
    const { normal } = run.follow(executor, status);
    return { after: normal, rejected: normal };
  }
  if (status === released && isUse(run, node)) run.misused('used', node);
  return afterArguments(run, node, status);
}

function take(run: Run, node: CallNode, status: Status): Called {
  const { subject, detached } = run;
  const callback = node.arguments.find(isFunction);
  if (subject.isTakenOnce && callback) {
    const { exits } = run.follow(callback, takenOnce(status));
    detached.push(...exits.filter(({ kind }) => kind === 'return'));
    return { after: handOver(run, takenOnce(status)), rejected: 0 };
  }
  if (subject.isTakenOnce)
    return { after: takenOnce(status), rejected: subject.isBegin(node) ? uncertain(status) : status };
  if (status & leaking) detached.push({ kind: 'continue', node, status });
  return { after: taken(status), rejected: handOver(run, status) };
}

function evaluateArgument(run: Run, argument: CallNode['arguments'][number], status: Status): Status {
  return isFunction(bare(argument)) ? status : run.evaluate(argument, status);
}

function isUse({ subject }: Run, node: CallNode): boolean {
  const call = methodCall(node);
  return call !== undefined && subject.is(call.object) && ['query', 'execute'].includes(call.method);
}

/** What the callee may do with the functions and the subject that it gets. */
function afterArguments(run: Run, node: CallNode, before: Status): Called {
  let status = before;
  let rejected = neverFails(node) ? 0 : run.subject.isBegin(node) ? uncertain(before) : before;
  for (const [index, argument] of node.arguments.entries()) {
    const value = bare(argument);
    const callback = isFunction(value) ? value : givingBack(run, value);
    if (callback) {
      status = afterCallback(run, node, callback, status);
    } else if (run.subject.is(value) && keepsItsArguments(node)) {
      [status, rejected] = [handOver(run, status), handOver(run, rejected)];
    } else if (run.subject.is(value)) {
      switch (run.subject.treatmentIn(node, index)) {
        case 'given-back':
          [status, rejected] = [givenBack(status), givenBack(rejected)];
          break;
        case 'given-back-on-success':
          status = givenBack(status);
          break;
        case 'unknown':
          [status, rejected] = [handOver(run, status), uncertain(rejected)];
          break;
        case 'kept':
          break;
      }
    } else if (carriesRelease(run.subject, value) || (!run.subject.isEverGivenBack && carries(run.subject, value))) {
      [status, rejected] = [handOver(run, status), handOver(run, rejected)];
    }
  }
  return { after: status, rejected };
}

/** A function of this file that is given by its name, and can give the subject back. */
function givingBack({ subject }: Run, value: Node): FunctionNode | undefined {
  const named = functionNamed(subject.file, value);
  return named && subject.canGiveBackIn(named) ? named : undefined;
}

/**
 * A callback that can give the subject back goes on with the path when it is a callback of Node's style, or belongs to a
 * statement on the subject: its own ends are ends of the path. Others that can are taken as the new owner.
 */
function afterCallback(run: Run, node: CallNode, callback: FunctionNode, status: Status): Status {
  if (!run.subject.canGiveBackIn(callback)) {
    if (isRepeated(node) && run.subject.isSeenIn(callback)) return handOver(run, status);
    const { normal, thrown } = run.follow(callback, status);
    return normal === 0 && thrown !== 0 && isOnSubject(run, node) ? 0 : status;
  }
  if (!isOnSubject(run, node) && !takesAnError(callback)) return handOver(run, status);
  const { exits } = run.follow(callback, status);
  run.detached.push(...exits.filter(({ kind }) => kind === 'return'));
  return union(exits, 'return') === 0 && status === 0 ? 0 : handOver(run, status);
}

/** `setInterval(() => client.query(…))`: the timer has it until the process ends. */
function isRepeated({ callee }: CallNode): boolean {
  return callee.type === 'Identifier' && callee.name === 'setInterval';
}

function isOnSubject({ subject }: Run, node: CallNode): boolean {
  const on = methodCall(node);
  return on !== undefined && subject.is(on.object) && !['on', 'once', 'addListener'].includes(on.method);
}

function takesAnError({ params: [first] }: FunctionNode): boolean {
  return first?.type === 'Identifier' && /^_?(?:e|err|error|\w*(?:Err|Error))$/.test(first.name);
}

/** `clients.push(client)`: the list has it from here. */
function keepsItsArguments(node: CallNode): boolean {
  return /^(?:push|unshift|add|set|enqueue)$/.test(methodCall(node)?.method ?? '');
}
