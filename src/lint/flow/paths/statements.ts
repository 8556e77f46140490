import type { Node } from '../../../declarations/code/code-file.ts';
import { childrenOf } from '../../../declarations/code/walk.ts';
import { awaited, bare, isFunction, methodCall } from '../syntax.ts';
import { carries } from './carries.ts';
import { assume } from './conditions.ts';
import { onceOnly } from './once-only.ts';
import { type Exit, fail, handOver, type Run, step } from './run.ts';
import { anyHeld, failed, givenBack, type Status, uncertain } from './status.ts';

/** The status after a statement, 0 where it never ends; other ways out go to the exits of the run. */
export function execute(run: Run, statement: Node, status: Status, label?: string): Status {
  step(run);
  if (status === 0) return 0;
  const { subject } = run;
  switch (statement.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      return block(run, statement.body, status);
    case 'ExpressionStatement':
      return expressionStatement(run, statement.expression, status);
    case 'VariableDeclaration':
      return statement.declarations.reduce((now, { id, init }) => {
        if (!init) return now;
        const after = run.evaluate(init, now);
        if (!carries(subject, init) || isFunction(bare(init)) || subject.is(id)) return after;
        return handOver(run, after);
      }, status);
    case 'ReturnStatement': {
      const { argument } = statement;
      if (!argument) return exit(run, { kind: 'return', node: statement, status });
      return returnValue(run, argument, status, statement);
    }
    case 'ThrowStatement':
      fail(run, statement, run.evaluate(statement.argument, status));
      return 0;
    case 'IfStatement':
      return choice(run, statement, status);
    case 'SwitchStatement':
      return choiceOfMany(run, statement, status);
    case 'LabeledStatement': {
      const { name } = statement.label;
      const { after, left } = catching(
        run,
        () => execute(run, statement.body, status, name),
        ({ kind, label: to }) => kind === 'break' && to === name,
      );
      return after | left;
    }
    case 'BreakStatement':
      return exit(run, { kind: 'break', label: statement.label?.name, node: statement, status });
    case 'ContinueStatement':
      return exit(run, { kind: 'continue', label: statement.label?.name, node: statement, status });
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return loop(run, statement, status, label);
    case 'TryStatement':
      return attempt(run, statement, status);
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'EmptyStatement':
      return status;
    default:
      return childrenOf(statement).reduce((now, child) => run.evaluate(child, now), status);
  }
}

function block(run: Run, statements: readonly Node[], before: Status): Status {
  const inOrder = () => statements.reduce((now, statement) => execute(run, statement, now), before);
  return statements.some((statement) => disposes(run, statement)) ? andFinally(run, inOrder, givenBack) : inOrder();
}

/** `using` and `await using`: the end of the block gives it back. */
function disposes({ subject }: Run, statement: Node): boolean {
  if (statement.type !== 'VariableDeclaration' || !statement.kind.endsWith('using')) return false;
  return subject.isDisposable && statement.declarations.some(({ id }) => subject.is(id));
}

/** Runs something, and something else on every way out of it. */
function andFinally(run: Run, main: () => Status, last: (status: Status) => Status): Status {
  const outside = run.exits;
  run.exits = [];
  const normal = main();
  const inside = run.exits;
  run.exits = outside;
  const memory = new Map<Status, Status>([[0, 0]]);
  const ended = (status: Status) => {
    const after = memory.get(status) ?? last(status);
    memory.set(status, after);
    return after;
  };
  for (const way of inside) exit(run, { ...way, status: ended(way.status) });
  return ended(normal);
}

/** Runs something, and keeps back the exits that end here; `left` is their status. */
function catching(run: Run, main: () => Status, endsHere: (way: Exit) => boolean): { after: Status; left: Status } {
  const outside = run.exits;
  run.exits = [];
  const after = main();
  let left = 0;
  for (const way of run.exits) {
    if (endsHere(way)) left |= way.status;
    else outside.push(way);
  }
  run.exits = outside;
  return { after, left };
}

function exit(run: Run, way: Exit): 0 {
  if (way.status !== 0) run.exits.push(way);
  return 0;
}

function attempt(run: Run, statement: Extract<Node, { type: 'TryStatement' }>, before: Status): Status {
  const { block: tried, handler, finalizer } = statement;
  const guarded = () => {
    if (!handler) return execute(run, tried, before);
    const { after, left } = catching(
      run,
      () => execute(run, tried, before),
      ({ kind }) => kind === 'throw',
    );
    return after | execute(run, handler.body, left);
  };
  return finalizer ? andFinally(run, guarded, (status) => execute(run, finalizer, status)) : guarded();
}

function choice(run: Run, statement: Extract<Node, { type: 'IfStatement' }>, before: Status): Status {
  const { subject } = run;
  const tested = run.evaluate(statement.test, before);
  // Where the test itself may give it back, its answer says whether it has.
  const status = (tested & ~before) !== 0 && (before & anyHeld) !== 0 ? uncertain(tested) : tested;
  const yes = onceOnly(subject.file, statement, assume(subject, statement.test, status, true));
  const no = assume(subject, statement.test, status, false);
  const after = execute(run, statement.consequent, yes);
  if (statement.alternate) return after | execute(run, statement.alternate, no);
  const isGuarded = (yes & anyHeld) !== 0 && after !== 0 && (after & anyHeld) === 0 && isFlag(statement.test);
  return after | (isGuarded ? uncertain(no) : no);
}

/** A test of flags and of what calls say, as in `if (!isReleased) client.release()`: whoever wrote it knows what it guards. */
function isFlag(test: Node): boolean {
  const node = bare(test);
  switch (node.type) {
    case 'Identifier':
      return !/^_?(?:e|err|error)$/.test(node.name);
    case 'MemberExpression':
    case 'CallExpression':
    case 'Literal':
      return true;
    case 'UnaryExpression':
      return isFlag(node.argument);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return isFlag(node.left) && isFlag(node.right);
    default:
      return false;
  }
}

function choiceOfMany(run: Run, statement: Extract<Node, { type: 'SwitchStatement' }>, before: Status): Status {
  const start = run.evaluate(statement.discriminant, before);
  const branches = () => statement.cases.reduce((now, { consequent }) => block(run, consequent, now | start), 0);
  const { after, left } = catching(run, branches, ({ kind, label }) => kind === 'break' && label === undefined);
  return after | left | (statement.cases.some(({ test }) => test === null) ? 0 : start);
}

type Loop = Extract<
  Node,
  { type: 'ForStatement' | 'ForInStatement' | 'ForOfStatement' | 'WhileStatement' | 'DoWhileStatement' }
>;

/** Goes round until nothing new comes: each round adds a bit to the status, so there are few. */
function loop(run: Run, statement: Loop, before: Status, label: string | undefined): Status {
  const head = headOf(run, statement, before);
  let start = head;
  for (;;) {
    const { after, left: broken } = catching(run, () => once(run, statement, start, label), isBreak(label));
    const next = start | after;
    const isEndless = statement.type === 'WhileStatement' && bare(statement.test).type === 'Literal';
    if (next === start) return (isEndless ? 0 : statement.type === 'DoWhileStatement' ? after : next) | broken;
    start = next;
  }
}

const isBreak = (label: string | undefined) => (way: Exit) =>
  way.kind === 'break' && (way.label === undefined || way.label === label);

function headOf(run: Run, statement: Loop, status: Status): Status {
  if (statement.type === 'ForStatement') {
    if (!statement.init) return status;
    return statement.init.type === 'VariableDeclaration'
      ? execute(run, statement.init, status)
      : run.evaluate(statement.init, status);
  }
  return 'right' in statement ? run.evaluate(statement.right, status) : status;
}

/** One round of a loop, from its test to its next test. */
function once(run: Run, statement: Loop, before: Status, label: string | undefined): Status {
  const test = 'test' in statement && statement.test ? statement.test : undefined;
  let status = before;
  if (test && statement.type !== 'DoWhileStatement') {
    status = assume(run.subject, test, run.evaluate(test, status), true);
  }
  if (statement.type === 'ForOfStatement' && statement.await) fail(run, statement, status);
  const { after, left } = catching(
    run,
    () => execute(run, statement.body, status),
    ({ kind, label: to }) => kind === 'continue' && (to === undefined || to === label),
  );
  status = after | left;
  if (test && statement.type === 'DoWhileStatement') status = run.evaluate(test, status);
  return statement.type === 'ForStatement' && statement.update ? run.evaluate(statement.update, status) : status;
}

function expressionStatement(run: Run, expression: Node, status: Status): Status {
  const chain = methodCall(expression);
  const isChain = chain !== undefined && ['then', 'catch', 'finally'].includes(chain.method);
  if (!isChain || !run.subject.changesIn(expression)) return run.evaluate(expression, status);
  // Nobody waits for this chain: its ends are ends of the path.
  const { fulfilled, rejected } = run.settle(expression, status);
  run.detached.push({ kind: 'return', node: expression, status: fulfilled });
  run.detached.push({ kind: 'throw', node: expression, status: failed(rejected) });
  return handOver(run, fulfilled | rejected);
}

/** `return promise` passes on its rejection, and `return client` the client itself. */
export function returnValue(run: Run, value: Node, before: Status, node: Node): 0 {
  const promise = awaited(value);
  if (carries(run.subject, value)) {
    if (run.subject.is(promise)) run.isLent = true;
    const { fulfilled, rejected } = run.settle(promise, before);
    fail(run, node, rejected & ~anyHeld);
    return exit(run, { kind: 'return', node, status: handOver(run, fulfilled) });
  }
  const { fulfilled, rejected } = run.settle(promise, before);
  if (value !== promise || rejected !== fulfilled) fail(run, node, rejected);
  return exit(run, { kind: 'return', node, status: fulfilled });
}
