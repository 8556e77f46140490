import type { DeclaredPool } from '../declared-pool.ts';
import type { SourceSpan } from '../source-span.ts';
import type { CodeFile, Node } from './code-file.ts';
import { exportedBy } from './libraries/index.ts';
import { livesOf } from './lives.ts';
import type { Abstract, Evaluator, ExternalValue, Frame, ObjectValue } from './values/abstract.ts';
import { classAround } from './values/classes.ts';
import { alternativesOf, unresolved } from './values/make.ts';

/** A call, or a class that extends the one of a library and leaves the constructor to it. */
type Making = Extract<Node, { type: 'CallExpression' | 'NewExpression' | 'ClassDeclaration' | 'ClassExpression' }>;

export function isMaking(node: Node): node is Making {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') return true;
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return false;
  return !node.body.body.some((element) => element.type === 'MethodDefinition' && element.kind === 'constructor');
}

/** Something of a library that is given options, and where. */
export interface Declaring {
  readonly what: ExternalValue;
  readonly args: readonly Abstract[];
  /** What makes the pool, or holds its options. */
  readonly node: Node;
  readonly made: string;
  readonly frame: Frame;
  /** Gets what a library says of a pool that it cannot know. */
  readonly notes?: CodeNote[];
}

/** Something that could not be followed, for `--explain`. */
export interface CodeNote {
  readonly place: SourceSpan;
  readonly text: string;
}

/** The pools that a call of a library makes: one, none, or one for each environment that its options have. */
export function declaredBy(
  node: Making,
  what: ExternalValue,
  args: readonly Abstract[],
  frame: Frame,
  evaluator: Evaluator,
  notes?: CodeNote[],
): DeclaredPool[] {
  return declaredPools(
    { what, args, node, made: madeBy(node, frame.module.file), frame, ...(notes && { notes }) },
    evaluator,
  );
}

/** The same for options that stand alone, in a configuration file. */
export function declaredPools(given: Declaring, evaluator: Evaluator): DeclaredPool[] {
  return byEnvironment(given.args).flatMap((args) => poolOf({ ...given, args }, evaluator) ?? []);
}

/** The arguments once for each environment that they have options for. */
function byEnvironment(args: readonly Abstract[]): (readonly Abstract[])[] {
  const index = args.findIndex((arg) => environmentsIn(arg).length > 0);
  const arg = args[index];
  return arg ? environmentsIn(arg).map((options) => args.with(index, options)) : [args];
}

function environmentsIn(arg: Abstract): ObjectValue[] {
  return alternativesOf(arg).filter(
    (one): one is ObjectValue => one.kind === 'object' && one.environment !== undefined,
  );
}

function poolOf({ what, args, node, made, frame, notes }: Declaring, evaluator: Evaluator): DeclaredPool | undefined {
  const { module } = frame;
  const { file } = module;
  const versionOf = (name: string) => module.project.host.versionOf?.(name, file.path);
  const draft = exportedBy(what)?.makes?.({
    what,
    args,
    place: file.spanOf(node),
    versionOf,
    note: (why) => notes?.push({ place: file.spanOf(node), text: `${made}: ${why}` }),
    call: (callee) =>
      callee.kind === 'function' ? evaluator.call(callee, []) : unresolved('a function that is not in sight'),
    callMethod: (of, name) => {
      const method = evaluator.member(of, name, frame);
      return method.kind === 'function'
        ? evaluator.call(method, [])
        : unresolved(`a method ${name} that is not in sight`);
    },
  });
  if (!draft) return undefined;
  const { engine, ...rest } = draft;
  const packageName = draft.package ?? what.package;
  const version = versionOf(packageName);
  const name = holderOf(node, file);
  const environment = args.map((arg) => (arg.kind === 'object' ? arg.environment : undefined)).find((found) => found);
  return {
    ...rest,
    package: packageName,
    ...(version !== undefined && { version }),
    ...(engine && { engine }),
    ...(environment !== undefined && { environment }),
    place: placeOf(node, args, file),
    made,
    ...(name !== undefined && { name }),
    lives: livesOf(node, module),
  };
}

/** The call as it is written, without its arguments: `new pg.Pool`, `createPool`, `extends PrismaClient`. */
function madeBy(node: Making, file: CodeFile): string {
  const written = (part: Node) => {
    const text = file.text.slice(part.start, part.end).replace(/\s+/g, '');
    return text.length > 60 ? '…' : text;
  };
  if (node.type === 'NewExpression') return `new ${written(node.callee)}`;
  if (node.type === 'CallExpression' && node.callee.type !== 'Super') return written(node.callee);
  const made = node.type === 'CallExpression' ? classAround(node, file.parentOf) : node;
  return made?.superClass ? `extends ${written(made.superClass)}` : 'super';
}

/** The call; or the object of the options, where these are all that a file has. */
function placeOf(node: Node, args: readonly Abstract[], file: CodeFile): SourceSpan {
  const options = args.find((arg): arg is ObjectValue => arg.kind === 'object');
  return (node.type === 'Program' ? options?.place : undefined) ?? file.spanOf(node);
}

/** The variable, field or key that holds what the expression gives. */
function holderOf(node: Node, file: CodeFile): string | undefined {
  if (node.type === 'ClassDeclaration') return node.id?.name;
  if (node.type === 'CallExpression' && node.callee.type === 'Super') return classAround(node, file.parentOf)?.id?.name;
  const around = file.parentOf(node);
  switch (around?.type) {
    case 'AwaitExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'ChainExpression':
      return holderOf(around, file);
    case 'MemberExpression':
    case 'CallExpression':
      return around.type === 'CallExpression' && around.callee !== node ? undefined : holderOf(around, file);
    case 'VariableDeclarator':
      return around.id.type === 'Identifier' ? around.id.name : undefined;
    case 'AssignmentExpression':
      return around.left.type === 'Identifier'
        ? around.left.name
        : around.left.type === 'MemberExpression'
          ? nameOf(around.left.property)
          : undefined;
    case 'PropertyDefinition':
    case 'Property':
      return nameOf(around.key);
    default:
      return undefined;
  }
}

function nameOf(node: Node): string | undefined {
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? node.name : undefined;
}
