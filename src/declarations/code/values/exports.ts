import type { Node } from '../code-file.ts';
import type { Module } from '../modules.ts';
import type { Abstract, Evaluator, Frame, NamespaceValue } from './abstract.ts';
import { scalar, unresolved } from './make.ts';

/** Imports are followed over this many files. */
const mostHops = 3;

/** What a file says that it exports. */
interface Exports {
  readonly named: ReadonlyMap<string, (evaluator: Evaluator, frame: Frame) => Abstract>;
  /** `export * from`. */
  readonly stars: readonly string[];
  /** `module.exports = value`, `export = value`. */
  readonly whole?: Node;
}

const known = new WeakMap<Module, Exports>();

/** The value that a file exports by a name; `*` is all of them. */
export function exportOf(module: Module, name: string, hops: number, evaluator: Evaluator): Abstract {
  if (hops > mostHops) return unresolved(`it comes from further away than ${mostHops} files`);
  const exports = exportsOf(module);
  const frame: Frame = { module, hops };
  if (name === '*') return exports.whole ? evaluator.evaluate(exports.whole, frame) : namespace(module, hops);
  const found = exports.named.get(name)?.(evaluator, frame);
  if (found) return found;
  if (exports.whole) {
    const whole = evaluator.evaluate(exports.whole, frame);
    return name === 'default' ? whole : evaluator.member(whole, name, frame);
  }
  for (const specifier of exports.stars) {
    const path = module.project.resolve(specifier, module.file.path);
    const value = evaluator.member(evaluator.imported(specifier, frame), name, frame);
    if (path === undefined ? value.kind === 'external' : value.kind !== 'scalar' && value.kind !== 'unknown')
      return value;
    if (value.kind === 'scalar' && value.value !== undefined) return value;
  }
  if (name === 'default')
    return exports.named.size > 0 ? namespace(module, hops) : unresolved('the file has no default export');
  return exports.stars.length > 0 ? unresolved(`no file in sight exports ${name}`) : scalar(undefined);
}

function namespace(module: Module, hops: number): NamespaceValue {
  return { kind: 'namespace', module, hops };
}

function exportsOf(module: Module): Exports {
  const before = known.get(module);
  if (before) return before;
  const named = new Map<string, (evaluator: Evaluator, frame: Frame) => Abstract>();
  const stars: string[] = [];
  let whole: Node | undefined;
  const give = (name: string, node: Node) => named.set(name, (evaluator, frame) => evaluator.evaluate(node, frame));
  for (const statement of module.file.program.body) {
    switch (statement.type) {
      case 'ExportDefaultDeclaration':
        give('default', statement.declaration);
        break;
      case 'ExportAllDeclaration':
        if (statement.exported) {
          const { value } = statement.source;
          named.set(nameOf(statement.exported), (evaluator, frame) => evaluator.imported(value, frame));
        } else stars.push(statement.source.value);
        break;
      case 'ExportNamedDeclaration':
        for (const { local, exported } of statement.specifiers) {
          const source = statement.source?.value;
          named.set(nameOf(exported), (evaluator, frame) =>
            source === undefined
              ? evaluator.evaluate(local, frame)
              : evaluator.member(evaluator.imported(source, frame), nameOf(local), frame),
          );
        }
        for (const declared of declaredIn(statement.declaration)) give(declared.name, declared.node);
        break;
      case 'TSExportAssignment':
        whole = statement.expression;
        break;
      case 'ExpressionStatement':
        if (statement.expression.type === 'AssignmentExpression') {
          const { left, right } = statement.expression;
          const name = commonJsName(left);
          if (name === '') whole = assignedValue(right, give);
          else if (name !== undefined) give(name, right);
        }
        break;
      default:
    }
  }
  // What a file without any export says by itself: JSON, and a script whose last expression is its value.
  const [first] = module.file.program.body;
  if (module.file.path.endsWith('.json') && first?.type === 'ExpressionStatement') whole = first.expression;
  const exports = { named, stars, ...(whole && { whole }) };
  known.set(module, exports);
  return exports;
}

/** `module.exports = exports.default = value`. */
function assignedValue(right: Node, give: (name: string, node: Node) => unknown): Node {
  if (right.type !== 'AssignmentExpression') return right;
  const name = commonJsName(right.left);
  if (name) give(name, right.right);
  return assignedValue(right.right, give);
}

/** `exports.name`, `module.exports.name`; the empty text for `module.exports`. */
function commonJsName(target: Node): string | undefined {
  if (target.type !== 'MemberExpression' || target.property.type !== 'Identifier' || target.computed) return undefined;
  const { object, property } = target;
  if (object.type === 'Identifier') {
    if (object.name === 'module' && property.name === 'exports') return '';
    return object.name === 'exports' ? property.name : undefined;
  }
  return commonJsName(object) === '' ? property.name : undefined;
}

function declaredIn(declaration: Node | null): { name: string; node: Node }[] {
  switch (declaration?.type) {
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(({ id }) => namesOf(id));
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return declaration.id ? [{ name: declaration.id.name, node: declaration.id }] : [];
    default:
      return [];
  }
}

function namesOf(pattern: Node): { name: string; node: Node }[] {
  if (pattern.type === 'Identifier') return [{ name: pattern.name, node: pattern }];
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => (property.type === 'Property' ? namesOf(property.value) : []));
}

function nameOf(name: Node): string {
  return name.type === 'Identifier' ? name.name : name.type === 'Literal' ? String(name.value) : '';
}
