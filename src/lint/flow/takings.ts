import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Role } from './endings.ts';
import { type CallNode, isCall, leadingText, methodCall, propertyOf } from './syntax.ts';
import { meaningfulParent, type Uses } from './uses.ts';

/** Calls that take what an object does not have yet: the connection of a query runner, a transaction on a client. */
export function takingUses(file: CodeFile, role: Role, { members }: Uses, is: (node: Node) => boolean): Set<Node> {
  const taking = new Set<Node>();
  for (const member of members) {
    const call = callOf(
      file,
      role === 'queryRunner' && propertyOf(member) === 'manager' ? outer(file, member) : member,
    );
    if (!call) continue;
    const name = propertyOf(call.callee) ?? '';
    if (
      role === 'begun'
        ? isBegin(call, is)
        : role !== 'queryRunner'
          ? name === (role === 'transaction' ? 'begin' : 'connect')
          : takesForRunner(member, name)
    ) {
      taking.add(call);
    }
  }
  return taking;
}

const takesForRunner = (member: Node, name: string): boolean =>
  propertyOf(member) === 'manager' ? !inMemory.test(name) : /^(?:connect|startTransaction|query)$/.test(name);

/** Methods of an entity manager that talk to no server. */
const inMemory =
  /^(?:create|merge|getRepository|getTreeRepository|getMongoRepository|withRepository|getId|hasId|release)$/;

function outer(file: CodeFile, member: Node): Node {
  const { parent, child } = meaningfulParent(file, member);
  return parent?.type === 'MemberExpression' && parent.object === child ? parent : member;
}

function callOf(file: CodeFile, callee: Node): CallNode | undefined {
  const { parent, child } = meaningfulParent(file, callee);
  return parent && isCall(parent) && parent.callee === child ? parent : undefined;
}

/** A transaction begins: `startTransaction()`, `query('BEGIN')`. */
export function isBegin(call: CallNode, is: (node: Node) => boolean): boolean {
  const method = methodCall(call);
  if (!method || !is(method.object)) return false;
  if (/^(?:startTransaction|beginTransaction|begin)$/.test(method.method)) return true;
  return /^\s*(?:begin|start\s+transaction)\b/i.test(leadingText(call.arguments[0]) ?? '');
}
