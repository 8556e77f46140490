import type { Node } from '../../../declarations/code/code-file.ts';
import type { FunctionNode } from '../syntax.ts';
import { evaluateExpression } from './expressions.ts';
import { settlePromise } from './promises.ts';
import { type Ending, type Exit, type Run, TooManyPaths, union } from './run.ts';
import { execute, returnValue } from './statements.ts';
import { perhapsHeld, type Status, uncertain } from './status.ts';
import type { Subject } from './subject.ts';

/** What all paths of a function come to. */
export interface Paths {
  readonly exits: readonly Exit[];
  readonly detached: readonly Exit[];
  /** It returns the subject itself. */
  readonly isLent: boolean;
  /** Calls with the status in front of them, joined over the paths. */
  readonly visits: ReadonlyMap<Node, Status>;
  readonly misuses: readonly { readonly kind: 'released' | 'used'; readonly node: Node }[];
}

const mostSteps = 100_000;
const deepestCalls = 12;

/** Follows every path through a function, with the subject in `status` where it starts; undefined where there are too many. */
export function followPaths(subject: Subject, fn: FunctionNode, status: Status): Paths | undefined {
  const visits = new Map<Node, Status>();
  const misuses = new Map<Node, 'released' | 'used'>();
  const endings = new Map<FunctionNode, Map<Status, Ending>>();
  let depth = 0;
  const run: Run = {
    subject,
    exits: [],
    detached: [],
    isLent: false,
    stepsLeft: mostSteps,
    visit: (node, before) => visits.set(node, (visits.get(node) ?? 0) | before),
    misused: (kind, node) => misuses.set(node, kind),
    evaluate: (expression, before) => evaluateExpression(run, expression, before),
    settle: (promise, before) => settlePromise(run, promise, before),
    follow(called, before) {
      const known = endings.get(called) ?? new Map<Status, Ending>();
      endings.set(called, known);
      const found = known.get(before);
      if (found) return found;
      if (depth >= deepestCalls) return untold(before);
      // While it is being followed, a call of itself changes nothing.
      known.set(before, { normal: before, thrown: before, exits: [] });
      depth += 1;
      const ending = bodyOf(run, called, before);
      depth -= 1;
      known.set(before, ending);
      return ending;
    },
  };
  try {
    const { exits } = run.follow(fn, status);
    return {
      exits,
      detached: run.detached,
      isLent: run.isLent,
      visits,
      misuses: [...misuses].map(([node, kind]) => ({ kind, node })),
    };
  } catch (error) {
    if (error instanceof TooManyPaths) return undefined;
    throw error;
  }
}

const untold = (status: Status): Ending => ({ normal: uncertain(status), thrown: perhapsHeld, exits: [] });

function bodyOf(run: Run, fn: FunctionNode, before: Status): Ending {
  const outside = run.exits;
  run.exits = [];
  if (fn.body?.type === 'BlockStatement') {
    const end = execute(run, fn.body, before);
    if (end !== 0) run.exits.push({ kind: 'return', node: fn, status: end });
  } else if (fn.body) {
    returnValue(run, fn.body, before, fn.body);
  }
  const { exits } = run;
  run.exits = outside;
  return { normal: union(exits, 'return'), thrown: union(exits, 'throw'), exits };
}
