import type { Node } from '../../../declarations/code/code-file.ts';
import type { FunctionNode } from '../syntax.ts';
import { failed, givenAway, givenAwayEarly, type Status, uncertain } from './status.ts';
import type { Subject } from './subject.ts';

/** A way out of a statement other than its end. */
export interface Exit {
  readonly kind: 'return' | 'throw' | 'break' | 'continue';
  readonly label?: string | undefined;
  readonly node: Node;
  readonly status: Status;
}

/** How a function can end. */
export interface Ending {
  /** Status after it has returned, or its promise is fulfilled. */
  readonly normal: Status;
  /** Status after it has thrown, or its promise is rejected. */
  readonly thrown: Status;
  readonly exits: readonly Exit[];
}

/** The status when a promise is fulfilled, and when it is rejected. */
export interface PromiseEnds {
  readonly fulfilled: Status;
  readonly rejected: Status;
}

/** One walk along all paths from the start of a function. */
export interface Run {
  readonly subject: Subject;
  /** Ways out of the block in hand. */
  exits: Exit[];
  /** Ends of callbacks and promise chains that nobody waits for. */
  readonly detached: Exit[];
  /** The function returns the subject itself to its caller. */
  isLent: boolean;
  /** Called with each call, and the status in front of it. */
  visit(node: Node, status: Status): void;
  /** The subject is given back or used when it has been given back on every path. */
  misused(kind: 'released' | 'used', node: Node): void;
  /** The status after an expression; what it throws goes to the exits. */
  evaluate(expression: Node, status: Status): Status;
  /** What becomes of a promise. */
  settle(promise: Node, status: Status): PromiseEnds;
  follow(fn: FunctionNode, status: Status): Ending;
  /** Steps that are left; a run that needs more says nothing. */
  stepsLeft: number;
}

/** Thrown inside a run, and caught where it begins. */
export class TooManyPaths extends Error {}

export function step(run: Run): void {
  run.stepsLeft -= 1;
  if (run.stepsLeft < 0) throw new TooManyPaths();
}

/** Something on the way is rejected, or throws by a statement. */
export function fail(run: Run, node: Node, status: Status): void {
  if (status !== 0) run.exits.push({ kind: 'throw', node, status: failed(status) });
}

/** A plain call may throw; nobody can tell. */
export function mayFail(run: Run, node: Node, status: Status): void {
  if (status !== 0) run.exits.push({ kind: 'throw', node, status: uncertain(status) });
}

/** The subject goes to somebody else. */
export function handOver({ subject }: Run, status: Status): Status {
  return subject.isTakenOnce ? givenAwayEarly(status) : givenAway(status);
}

export const union = (exits: readonly Exit[], kind: Exit['kind']): Status =>
  exits.reduce((all, exit) => (exit.kind === kind ? all | exit.status : all), 0);
