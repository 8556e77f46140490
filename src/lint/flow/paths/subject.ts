import type { CodeFile, Node } from '../../../declarations/code/code-file.ts';
import type { CallNode, FunctionNode } from '../syntax.ts';

/** What a function of the project does with a connection that is passed to it. */
export type Treatment = 'given-back' | 'given-back-on-success' | 'kept' | 'unknown';

/** What is followed along the paths: a connection, a transaction, a pool. */
export interface Subject {
  readonly file: CodeFile;
  /** The expression is the subject itself. */
  is(expression: Node): boolean;
  /** After this call the subject is held; `again` where the call takes another one each time. */
  isTakenBy(call: Node): boolean;
  readonly isTakenOnce: boolean;
  /** The first call that takes it. */
  readonly firstTaken: CallNode | undefined;
  /** BEGIN: directly after the acquire, nobody guards it. */
  isBegin(call: CallNode): boolean;
  /** This call ends the hold. */
  isGivenBackBy(call: CallNode): boolean;
  /** This call ends the pool that it comes from, with all that the pool has lent. */
  isEndOfLender(call: CallNode): boolean;
  /** Calling this value ends the hold: `done`, `client.release`. */
  givesBackWhenCalled(value: Node): boolean;
  /** What the callee does with the subject that is its argument. */
  treatmentIn(call: CallNode, argument: number): Treatment;
  /** The function of this file that is called, if its text is known. */
  calledFunction(call: CallNode): FunctionNode | undefined;
  /** Something in the function gives it back, on whatever path. */
  readonly isEverGivenBack: boolean;
  /** Some callee gets it, and nobody knows what it does with it. */
  isGivenToStrangers(): boolean;
  /** Its library gives it back at the end of `await using`. */
  readonly isDisposable: boolean;
  /** Somewhere in this expression it is taken or given back. */
  changesIn(expression: Node): boolean;
  /** The function mentions the subject. */
  isSeenIn(fn: FunctionNode): boolean;
  /** The function, or one in it, can give the subject back. */
  canGiveBackIn(fn: FunctionNode): boolean;
  /** What a condition proves where it comes out so; undefined where it says nothing of the subject. */
  provenBy(condition: Node, value: boolean): Proof | undefined;
}

/** The variable is set or not; the subject itself is held or not. */
export type Proof = 'set' | 'unset' | 'held' | 'not-held';
