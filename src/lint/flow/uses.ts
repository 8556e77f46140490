import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import { namesIn } from '../../declarations/code/values/patterns.ts';
import { variableAt } from './names.ts';
import { awaited, bare, type CallNode, isCall, propertyOf } from './syntax.ts';

/** The nearest node around that is more than brackets, types and `await`. */
export function meaningfulParent(file: CodeFile, node: Node): { parent: Node | undefined; child: Node } {
  let child = node;
  let parent = file.parentOf(node);
  while (parent && awaited(parent) !== parent && awaited(parent) === awaited(child)) {
    child = parent;
    parent = file.parentOf(parent);
  }
  return { parent, child };
}

/** How a variable is used: each reference by the way its value goes. */
export interface Uses {
  /** `client.method` as the object of these members. */
  readonly members: readonly Extract<Node, { type: 'MemberExpression' }>[];
  /** Calls that get it as an argument. */
  readonly passed: readonly { readonly call: CallNode; readonly index: number }[];
  /** Calls of it. */
  readonly calls: readonly CallNode[];
  /** Every reference. */
  readonly all: readonly Node[];
}

export function usesOf(file: CodeFile, variables: Iterable<Variable>): Uses {
  const uses = {
    members: [] as Uses['members'][number][],
    passed: [] as Uses['passed'][number][],
    calls: [] as CallNode[],
    all: [] as Node[],
  };
  for (const { references } of variables) {
    for (const { identifier } of references) {
      const node = identifier;
      uses.all.push(node);
      const { parent, child } = meaningfulParent(file, node);
      if (parent?.type === 'MemberExpression' && parent.object === child) uses.members.push(parent);
      else if (parent && isCall(parent)) {
        if (parent.callee === child) uses.calls.push(parent);
        else
          uses.passed.push({ call: parent, index: parent.arguments.findIndex(({ start }) => start === child.start) });
      }
    }
  }
  return uses;
}

/** The variables that get the value of an expression, and those that get theirs: `const a = await x; const b = a`. */
export function holdersOf(file: CodeFile, value: Node): Set<Variable> {
  const holder = holderOf(file, value);
  return holder ? withAliases(file, holder) : new Set();
}

/** A variable, and those that get its value. */
export function withAliases(file: CodeFile, variable: Variable, holders = new Set<Variable>()): Set<Variable> {
  if (holders.has(variable)) return holders;
  holders.add(variable);
  for (const { identifier } of variable.references) {
    const alias = holderOf(file, identifier);
    if (alias) withAliases(file, alias, holders);
  }
  return holders;
}

/** The variables, and those that have something that was made from them: `repository` of `manager.getRepository(…)`. */
export function withDerived(file: CodeFile, variables: Iterable<Variable>): Set<Variable> {
  const derived = new Set<Variable>(variables);
  // A set is walked in the order of its additions, the new ones included.
  for (const { references } of derived) {
    for (const { identifier } of references) {
      const whole = chainOf(file, madeWith(file, identifier));
      const parent = file.parentOf(whole);
      const isMade = parent?.type === 'VariableDeclarator' && parent.init === whole && parent.id.type === 'Identifier';
      const made = isMade ? variableAt(file, parent.id) : undefined;
      if (made) derived.add(made);
    }
  }
  return derived;
}

/** `new Orders(client)`, which keeps the connection that it is given. */
function madeWith(file: CodeFile, node: Node): Node {
  const { parent, child } = meaningfulParent(file, node);
  return parent?.type === 'NewExpression' && parent.callee !== child ? parent : node;
}

/** The variables, and those that get something in which one of them is. */
export function withTouched(file: CodeFile, variables: Iterable<Variable>): Set<Variable> {
  const touched = new Set<Variable>(variables);
  for (const { references } of touched) {
    for (const { identifier } of references) {
      let inner = identifier;
      for (let around = file.parentOf(inner); around && !isEndOfValue(around); around = file.parentOf(inner))
        inner = around;
      const around = file.parentOf(inner);
      const target =
        around?.type === 'VariableDeclarator' && around.init === inner
          ? around.id
          : around?.type === 'AssignmentExpression' && around.right === inner
            ? around.left
            : undefined;
      for (const name of target ? namesIn(target) : []) {
        const variable = variableAt(file, name);
        if (variable) touched.add(variable);
      }
    }
  }
  return touched;
}

const isEndOfValue = ({ type }: Node) => /Statement$|Declarat|^AssignmentExpression$|Function/.test(type);

/** The whole chain that an expression begins: `knex('orders').where(…).transacting(trx)`. */
export function chainOf(file: CodeFile, start: Node): Node {
  let whole = start;
  for (let parent = file.parentOf(whole); parent; parent = file.parentOf(whole)) {
    const isLink =
      (parent.type === 'MemberExpression' && parent.object === whole) || (isCall(parent) && parent.callee === whole);
    if (!isLink && bare(parent) !== bare(whole)) return whole;
    whole = parent;
  }
  return whole;
}

/** The variable that gets the value of an expression. */
export function holderOf(file: CodeFile, value: Node): Variable | undefined {
  const { parent, child } = meaningfulParent(file, value);
  if (!parent) return undefined;
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.init === child && parent.id.type === 'Identifier' ? variableAt(file, parent.id) : undefined;
    case 'AssignmentExpression':
      return parent.right === child && parent.left.type === 'Identifier' ? variableAt(file, parent.left) : undefined;
    case 'LogicalExpression':
    case 'ConditionalExpression':
      return holderOf(file, parent);
    case 'MemberExpression': {
      // `await dataSource.initialize()` is the data source, and `await pool.connect().catch(…)` the client.
      const call = file.parentOf(parent);
      const isLink = parent.object === child && /^(?:initialize|catch|finally)$/.test(propertyOf(parent) ?? '');
      const isSame = isLink && call && isCall(call);
      return isSame && call.callee === parent ? holderOf(file, call) : undefined;
    }
    default:
      return undefined;
  }
}

/** The node is in the text of the other. */
export const isInside = (node: Node, around: Node): boolean => node.start >= around.start && node.end <= around.end;
