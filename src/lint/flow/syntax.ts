import type { CodeFile, Node } from '../../declarations/code/code-file.ts';

export type FunctionNode = Extract<
  Node,
  { type: 'ArrowFunctionExpression' | 'FunctionExpression' | 'FunctionDeclaration' }
>;
export type CallNode = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;
/** What may send a statement: a call, or a template with a function in front of it. */
export type StatementNode = CallNode | Extract<Node, { type: 'TaggedTemplateExpression' }>;

/** The expression without brackets, types, `!` and the mark of an optional chain. */
export function bare(node: Node): Node {
  for (let inner = node; ; ) {
    switch (inner.type) {
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ChainExpression':
        inner = inner.expression;
        break;
      default:
        return inner;
    }
  }
}

/** What a promise comes to is told apart from it nowhere but here: `await x` is x. */
export function awaited(node: Node): Node {
  const inner = bare(node);
  return inner.type === 'AwaitExpression' ? awaited(inner.argument) : inner;
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'ArrowFunctionExpression' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'FunctionDeclaration'
  );
}

export function isCall(node: Node): node is CallNode {
  return node.type === 'CallExpression' || node.type === 'NewExpression';
}

export function isStatementNode(node: Node): node is StatementNode {
  return isCall(node) || node.type === 'TaggedTemplateExpression';
}

/** `release` of `client.release` and `client['release']`. */
export function propertyOf(node: Node): string | undefined {
  const member = bare(node);
  if (member.type !== 'MemberExpression') return undefined;
  if (!member.computed) return 'name' in member.property ? member.property.name : undefined;
  const key = bare(member.property);
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}

/** The object and the method of `object.method(…)`. */
export function methodCall(node: Node): { object: Node; method: string } | undefined {
  const call = bare(node);
  if (call.type !== 'CallExpression') return undefined;
  const callee = bare(call.callee);
  const method = propertyOf(callee);
  return callee.type === 'MemberExpression' && method !== undefined
    ? { object: bare(callee.object), method }
    : undefined;
}

/** The function whose body a node is in; undefined at the top of the file. */
export function functionAround(file: CodeFile, node: Node): FunctionNode | undefined {
  for (let around = file.parentOf(node); around; around = file.parentOf(around)) if (isFunction(around)) return around;
  return undefined;
}

/** A name of an object's key, where it stands in the text. */
export function keyOf(node: { readonly key: Node; readonly computed?: boolean }): string | undefined {
  if (node.key.type === 'Identifier' && !node.computed) return node.key.name;
  return node.key.type === 'Literal' && typeof node.key.value === 'string' ? node.key.value : undefined;
}

/** The text of a string or of a template's first piece: enough to know BEGIN from SELECT. */
export function leadingText(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  const inner = bare(node);
  if (inner.type === 'Literal') return typeof inner.value === 'string' ? inner.value : undefined;
  return inner.type === 'TemplateLiteral' ? (inner.quasis[0]?.value.cooked ?? undefined) : undefined;
}

/** What is called, for a message: `this.gateway.cancel`. */
export function calleeText(file: CodeFile, call: StatementNode): string {
  const { start, end } = bare(isCall(call) ? call.callee : call.tag);
  const text = file.text.slice(start, end).replace(/\s+/g, '').replace(/[?!]/g, '');
  return text.length > 60 ? `…${text.slice(-59)}` : text;
}
