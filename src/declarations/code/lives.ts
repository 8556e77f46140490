import type { DeclaredPool } from '../declared-pool.ts';
import type { CodeFile, Node } from './code-file.ts';
import { isHandler } from './handlers.ts';
import type { Module } from './modules.ts';
import { enclosingFunction, isFunctionNode } from './values/functions.ts';

/** How long something lives that a call makes: by where the call stands. */
export function livesOf(node: Node, module: Module): DeclaredPool['lives'] {
  const { file } = module;
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return 'instance';
  const made = enclosingFunction(node, file.parentOf);
  if (!made) return isInField(node, file) ? 'instance' : 'module';
  if (isHandler(made, file)) return 'request';
  const outer = file.parentOf(made);
  if (outer?.type === 'MethodDefinition')
    return outer.kind === 'constructor' || isKept(node, made, file) ? 'instance' : 'function';
  if (isKept(node, made, file)) return 'module';
  return runsOnce(made, module) ? livesOf(made, module) : 'function';
}

function isInField(node: Node, file: CodeFile): boolean {
  for (let around: Node | undefined = node; around; around = file.parentOf(around)) {
    if (around.type === 'PropertyDefinition') return !around.static;
  }
  return false;
}

/** `pool ??= make()`, `if (!pool) pool = make()`: made at the first call and kept outside the function. */
function isKept(node: Node, made: Node, file: CodeFile): boolean {
  let isAssigned = false;
  for (let around: Node | undefined = node; around && around !== made; around = file.parentOf(around)) {
    if (around.type === 'AssignmentExpression') {
      if (around.operator === '??=' || around.operator === '||=') return true;
      isAssigned = true;
    } else if (around.type === 'IfStatement' && isAssigned) return true;
    else if (around.type === 'LogicalExpression' && around.operator !== '&&' && around.right.start <= node.start)
      return true;
  }
  return isAssigned && leavesEarly(made);
}

/** `if (pool) return pool;` in the function. */
function leavesEarly(made: Node): boolean {
  if (!isFunctionNode(made) || made.body?.type !== 'BlockStatement') return false;
  return made.body.body.some((statement) => {
    const then = statement.type === 'IfStatement' ? statement.consequent : undefined;
    return (then?.type === 'BlockStatement' ? then.body.at(-1) : then)?.type === 'ReturnStatement';
  });
}

/** What frameworks call while the application starts. */
const startMethods = /^(?:forRootAsync|registerAs|then|once|on|before|beforeAll|register|listen|provide)$/;
const startOptions = /^(?:useFactory|pool|dialect|createDialect|dataSourceFactory)$/;

/** A function that is called where it stands, by a framework at its start, or only at the top of the file. */
function runsOnce(made: Node, { file, bindings }: Module): boolean {
  const outer = file.parentOf(made);
  if (outer?.type === 'CallExpression') {
    const { callee } = outer;
    if (callee === made) return true;
    return startMethods.test(nameOf(callee.type === 'MemberExpression' ? callee.property : callee));
  }
  if (outer?.type === 'Property') return startOptions.test(nameOf(outer.key));
  const name = made.type === 'FunctionDeclaration' ? made.id : outer?.type === 'VariableDeclarator' ? outer.id : null;
  const uses = (name && bindings(name)?.references.filter(({ init }) => !init)) ?? [];
  return (
    uses.length > 0 &&
    uses.every(({ identifier }) => {
      const use = identifier as unknown as Node;
      const call = file.parentOf(use);
      return call?.type === 'CallExpression' && call.callee === use && !enclosingFunction(call, file.parentOf);
    })
  );
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : '';
}
