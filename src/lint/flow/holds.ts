import type { Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import type { FileContext } from '../project.ts';
import { begunOn, type Checkout, checkoutsIn } from './checkouts.ts';
import { type ManagedTransaction, managedTransactionsIn } from './managed.ts';
import { anyHeld, handedOver, released } from './paths/status.ts';
import { type CallNode, isCall, methodCall, type StatementNode } from './syntax.ts';
import { isInside, usesOf, withDerived } from './uses.ts';

/** A stretch of code in which a connection is held, whatever path leads there. */
export interface Hold {
  readonly role: Checkout['role'] | 'managed';
  readonly library: string;
  /** The call that takes the connection, or that runs the callback with it. */
  readonly taken: CallNode;
  /** The pool that it comes from, where the declaration is found. */
  readonly pool?: DeclaredPool;
  readonly calls: readonly HeldCall[];
  /** Templates with a function in front of them, which postgres.js and Prisma run as statements. */
  readonly templates: readonly TemplateNode[];
  /** The expression has the connection, or something that was made from it, somewhere in it. */
  mentions(expression: Node): boolean;
}

type TemplateNode = Exclude<StatementNode, CallNode>;

export interface HeldCall {
  readonly call: CallNode;
  readonly isInTransaction: boolean;
}

const known = new WeakMap<AnalysedCode, readonly Hold[]>();

/** Every stretch of a file's functions in which a connection is held. */
export function holdsIn(code: AnalysedCode, context: Pick<FileContext, 'config'>): readonly Hold[] {
  const found = known.get(code) ?? [
    ...checkoutsIn(code, context)
      .filter(({ role }) => role !== 'pool')
      .map((checkout) => checkoutHold(code, checkout)),
    ...managedTransactionsIn(code).map((managed) => managedHold(code, managed)),
  ];
  known.set(code, found);
  return found;
}

function checkoutHold(code: AnalysedCode, checkout: Checkout): Hold {
  const { role, library, call: taken, parts, paths } = checkout;
  const begun = begunOn(checkout);
  const references = usesOf(code.file, withDerived(code.file, parts.holders)).all;
  return {
    role,
    library,
    taken,
    ...poolOf(code, taken),
    calls: [...paths.visits].flatMap(([call, status]) => {
      if (!isCall(call) || !isHeld(status)) return [];
      const isInTransaction = role === 'transaction' || isHeld(begun?.paths.visits.get(call) ?? 0);
      return [{ call, isInTransaction }];
    }),
    templates: [...paths.visits].flatMap(([node, status]) => (isTemplate(node) && isHeld(status) ? [node] : [])),
    mentions: (expression) => references.some((node) => isInside(node, expression)),
  };
}

const isTemplate = (node: Node): node is TemplateNode => node.type === 'TaggedTemplateExpression';

/** Held on some path that leads there, and given back on none. */
const isHeld = (status: number) => (status & anyHeld) !== 0 && (status & (released | handedOver)) === 0;

function managedHold(code: AnalysedCode, { call: taken, library, callback, handles }: ManagedTransaction): Hold {
  const calls: HeldCall[] = [];
  const templates: TemplateNode[] = [];
  if (callback.body) {
    walk(callback.body, (node) => {
      if (isCall(node)) calls.push({ call: node, isInTransaction: true });
      if (isTemplate(node)) templates.push(node);
    });
  }
  const references = usesOf(code.file, withDerived(code.file, handles)).all;
  return {
    role: 'managed',
    library,
    taken,
    ...poolOf(code, taken),
    calls,
    templates,
    mentions: (expression) => references.some((node) => isInside(node, expression)),
  };
}

function poolOf(code: AnalysedCode, taken: CallNode): { readonly pool?: DeclaredPool } {
  for (let lender = methodCall(taken); lender; lender = methodCall(lender.object)) {
    const pool = code.libraryObject(lender.object)?.pool;
    if (pool) return { pool };
  }
  return {};
}
