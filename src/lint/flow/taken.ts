import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import { namesIn } from '../../declarations/code/values/patterns.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { calledFunction, type KnownFunction } from './functions.ts';
import { variableAt } from './names.ts';
import {
  bare,
  type CallNode,
  type FunctionNode,
  isCall,
  isFunction,
  isStatementNode,
  type StatementNode,
} from './syntax.ts';
import { isRun, takerOf } from './takers.ts';
import { isInside, usesOf, withTouched } from './uses.ts';
import { isWaitedFor } from './waits.ts';

/** A statement in a function of the project that takes a connection. */
export interface TakenThere {
  readonly taker: LibraryObject;
  readonly file: CodeFile;
  readonly call: StatementNode;
}

/** Functions from the one that is called here to the one with the statement. */
const mostHops = 3;

const known = new WeakMap<FunctionNode, Map<string, TakenThere | null>>();

/** Tells of an expression whether it has the connection that is held in it. */
type Mentions = (expression: Node) => boolean;

/** What the functions of the project take that a call calls and waits for, beside the connection that they are given. */
export function takenThrough(
  code: AnalysedCode,
  file: CodeFile,
  call: CallNode,
  mentions: Mentions,
  hops = mostHops,
): TakenThere | undefined {
  // An object that was made with the connection has it without being given it again.
  if (hops === 0 || !isWaitedFor(file, call) || mentions(call.callee)) return undefined;
  const found = calledFunction(code, file, call);
  if (!found) return undefined;
  const given = call.arguments.flatMap((argument, index) => (mentions(argument) ? [index] : []));
  const key = `${given} ${hops}`;
  const answers = known.get(found.fn) ?? new Map<string, TakenThere | null>();
  known.set(found.fn, answers);
  const answer = answers.get(key);
  if (answer !== undefined) return answer ?? undefined;
  // A function that calls itself says nothing while it is being read.
  answers.set(key, null);
  const taken = takenIn(code, found, given, hops);
  answers.set(key, taken ?? null);
  return taken;
}

function takenIn(
  code: AnalysedCode,
  { file, fn }: KnownFunction,
  given: readonly number[],
  hops: number,
): TakenThere | undefined {
  const parameters = fn.params.map((parameter) => variablesOf(file, parameter));
  const connections = given.flatMap((index) => parameters[index] ?? []);
  // `arguments`, or a parameter that is no name.
  if (!fn.body || (given.length > 0 && connections.length === 0)) return undefined;
  const mentions = mentionsOf(file, connections);
  if (given.length > 0 && hasTestOf(fn.body, mentions)) return undefined;
  // What a parameter brings is the caller's choice, be it the connection or a pool.
  const isChosen = mentionsOf(file, withTouched(file, given.length > 0 ? connections : parameters.flat()));
  let taken: TakenThere | undefined;
  walk(fn.body, (node) => {
    if (taken || isFunction(node)) return false;
    if (!isStatementNode(node) || isChosen(rootOf(node))) return true;
    const taker = takerOf(code, node, file);
    if (taker) taken = isRun(file, node, taker) && !mentions(node) ? { taker, file, call: node } : undefined;
    else if (isCall(node)) taken = takenThrough(code, file, node, mentions, hops - 1);
    return true;
  });
  return taken;
}

/** `if (client) …`, `client ? … : …`: without one the function takes its own. */
function hasTestOf(body: Node, mentions: Mentions): boolean {
  let found = false;
  walk(body, (node) => {
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') found ||= mentions(node.test);
    if (node.type === 'LogicalExpression') found ||= mentions(node.left);
    return !found;
  });
  return found;
}

function variablesOf(file: CodeFile, parameter: Node): Variable[] {
  return namesIn(parameter).flatMap((name) => variableAt(file, name) ?? []);
}

function mentionsOf(file: CodeFile, variables: Iterable<Variable>): Mentions {
  const uses = usesOf(file, variables).all;
  return (expression) => uses.some((use) => isInside(use, expression));
}

/** `pool` of `pool.query(…)`, `(given ?? pool)` of `(given ?? pool).query(…)`. */
function rootOf(statement: StatementNode): Node {
  let root: Node = statement;
  for (;;) {
    if (isCall(root)) root = bare(root.callee);
    else if (root.type === 'MemberExpression') root = bare(root.object);
    else if (root.type === 'TaggedTemplateExpression') root = bare(root.tag);
    else return root;
  }
}
