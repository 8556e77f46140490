import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { isTestCode } from '../test-code.ts';
import { bare, isFunction, propertyOf } from './syntax.ts';

/** What keeps a process running after its first work. */
const goesOn = /\.(?:listen|launch|subscribe|schedule|consume|process)\(|\bsetInterval\(|\bserve\(/;

const foldersOfScripts = /(?:^|\/)(?:\.?scripts?|seeds?|seeders?|seeding|(?:[\w-]*-)?migrations?)\//i;
const namesOfScripts =
  /(?:^|[/_.-])(?:seed|seeds|seeder|migrate|migrations?|(?:create|drop)[_-]?tables?)\.[cm]?[jt]s$/i;

const known = new WeakMap<CodeFile, boolean>();

/**
 * A test, or a script that does its work and ends: nothing imports it but tests, and it calls its own function. A failure ends the
 * process, which gives everything back. Each checkout of a file asks, so it is found once.
 */
export function endsWithItsWork(file: CodeFile): boolean {
  const found = known.get(file) ?? isShortLived(file);
  known.set(file, found);
  return found;
}

function isShortLived({ path, program, text }: CodeFile): boolean {
  if (isTestCode(path)) return true;
  const { body } = program;
  if (goesOn.test(text)) return false;
  if (body.some(isRunByItself)) return true;
  if (body.some(isExport)) return false;
  if (isScriptPath(path)) return true;
  return body.some((statement) => statement.type === 'ExpressionStatement' && startsWork(statement.expression));
}

/** A test, or code of a script: one caller at a time and nobody who waits, so that no size or timeout of its pool matters. */
export function hasOneCaller(file: CodeFile): boolean {
  return endsWithItsWork(file) || (isScriptPath(file.path) && !goesOn.test(file.text));
}

/** `if (require.main === module) main()`: a program that others may import to test it. */
function isRunByItself(statement: Node): boolean {
  if (statement.type !== 'IfStatement') return false;
  const test = bare(statement.test);
  const sides = test.type === 'BinaryExpression' ? [test.left, test.right] : [test];
  return sides.some((side) => propertyOf(side) === 'main');
}

function isScriptPath(path: string): boolean {
  return foldersOfScripts.test(path) || namesOfScripts.test(path);
}

function isExport(statement: Node): boolean {
  if (/^Export/.test(statement.type)) return true;
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return false;
  let target: Node = statement.expression.left;
  while (target.type === 'MemberExpression') target = target.object;
  return target.type === 'Identifier' && /^(?:module|exports)$/.test(target.name);
}

/** `main()`, `await main()`, `main().catch(…)`, `(async () => { … })()`. */
function startsWork(expression: Node): boolean {
  const node = bare(expression);
  if (node.type === 'AwaitExpression' || node.type === 'UnaryExpression') return startsWork(node.argument);
  if (node.type !== 'CallExpression') return false;
  const callee = bare(node.callee);
  if (callee.type === 'MemberExpression') return startsWork(callee.object);
  return callee.type === 'Identifier' || isFunction(callee);
}
