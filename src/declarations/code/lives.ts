import type { DeclaredPool } from '../declared-pool.ts';
import type { CodeFile, Node } from './code-file.ts';
import type { Module } from './modules.ts';
import { enclosingFunction, isFunctionNode } from './values/functions.ts';

/** How long something lives that a call makes: by where the call stands. */
export function livesOf(node: Node, module: Module): DeclaredPool['lives'] {
  const { file } = module;
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return 'instance';
  let around: Node = node;
  for (;;) {
    const made = enclosingFunction(around, file.parentOf);
    if (!made) return isInField(around, file) ? 'instance' : 'module';
    const outer = file.parentOf(made);
    if (outer?.type === 'MethodDefinition') {
      if (isRoute(outer)) return 'request';
      if (outer.kind === 'constructor') return 'instance';
      return isKept(node, made, file) ? 'instance' : 'function';
    }
    if (isHandler(made, module)) return 'request';
    if (isKept(node, made, file)) return 'module';
    if (!runsOnce(made, module)) return 'function';
    around = made;
  }
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
    else if (around.type === 'LogicalExpression' && around.right.start <= node.start && around.operator !== '&&')
      return true;
  }
  return isAssigned && leavesEarly(made);
}

/** `if (pool) return pool;` at the beginning of the function. */
function leavesEarly(made: Node): boolean {
  if (!isFunctionNode(made) || made.body?.type !== 'BlockStatement') return false;
  return made.body.body.some(
    (statement) =>
      statement.type === 'IfStatement' &&
      (statement.consequent.type === 'ReturnStatement' ||
        (statement.consequent.type === 'BlockStatement' &&
          statement.consequent.body.at(-1)?.type === 'ReturnStatement')),
  );
}

const routeDecorators =
  /^(?:Get|Post|Put|Patch|Delete|All|Head|Options|MessagePattern|EventPattern|Query|Mutation|Cron|Process)$/;

/** A method of a controller: `@Get() find()`. */
function isRoute(method: Node): boolean {
  if (!('decorators' in method) || !method.decorators) return false;
  return method.decorators.some(({ expression }) => {
    const callee = expression.type === 'CallExpression' ? expression.callee : expression;
    return callee.type === 'Identifier' && routeDecorators.test(callee.name);
  });
}

const httpMethods =
  /^(?:get|post|put|patch|delete|del|head|options|all|use|route|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;
const handlerNames =
  /^(?:handler|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|loader|action|getServerSideProps|fetch|onRequest\w*)$/;

/** A function that a server or a platform calls once a request. */
function isHandler(made: Node, { file }: Module): boolean {
  if (!isFunctionNode(made)) return false;
  const outer = file.parentOf(made);
  if (outer?.type === 'CallExpression' && outer.arguments.some((argument) => argument === made)) {
    const { callee } = outer;
    if (
      callee.type === 'MemberExpression' &&
      callee.property.type === 'Identifier' &&
      httpMethods.test(callee.property.name)
    )
      return takesRequest(made) || made.params.length > 0;
    return isHandlerCall(outer, file);
  }
  return isHandlerName(made, outer, file) || takesRequest(made);
}

/** `export const handler = middy(async (event) => …)`. */
function isHandlerCall(call: Node, file: CodeFile): boolean {
  const outer = file.parentOf(call);
  return (
    outer?.type === 'VariableDeclarator' &&
    outer.id.type === 'Identifier' &&
    handlerNames.test(outer.id.name) &&
    isExported(outer, file)
  );
}

function isHandlerName(made: Node, outer: Node | undefined, file: CodeFile): boolean {
  if (made.type === 'FunctionDeclaration')
    return handlerNames.test(made.id?.name ?? '') && outer?.type === 'ExportNamedDeclaration';
  if (outer?.type === 'VariableDeclarator')
    return outer.id.type === 'Identifier' && handlerNames.test(outer.id.name) && isExported(outer, file);
  if (outer?.type === 'Property')
    return (
      outer.key.type === 'Identifier' &&
      outer.key.name === 'fetch' &&
      file.parentOf(file.parentOf(outer) ?? outer)?.type === 'ExportDefaultDeclaration'
    );
  if (outer?.type !== 'AssignmentExpression' || outer.left.type !== 'MemberExpression') return false;
  const { object, property } = outer.left;
  const isExports =
    (object.type === 'Identifier' && object.name === 'exports') ||
    (object.type === 'MemberExpression' && object.property.type === 'Identifier' && object.property.name === 'exports');
  return isExports && property.type === 'Identifier' && handlerNames.test(property.name);
}

function isExported(declarator: Node, file: CodeFile): boolean {
  const declaration = file.parentOf(declarator);
  return declaration !== undefined && file.parentOf(declaration)?.type === 'ExportNamedDeclaration';
}

/** `(req, res) => …`, `(request, reply) => …`, `(ctx, next) => …`. */
function takesRequest(made: Node): boolean {
  if (!isFunctionNode(made)) return false;
  const names = made.params.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : ''));
  return /^(?:_?req|request)$/.test(names[0] ?? '') && /^(?:_?res|response|reply|env|h)$/.test(names[1] ?? '');
}

const onceMethods = /^(?:forRootAsync|registerAs|then|once|on|before|beforeAll|register|listen|provide)$/;

/** A function that is called where it stands, by a framework at its start, or once at the top of the file. */
function runsOnce(made: Node, { file, bindings }: Module): boolean {
  const outer = file.parentOf(made);
  if (outer?.type === 'CallExpression') {
    if (outer.callee === made) return true;
    const { callee } = outer;
    const name =
      callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
        ? callee.property.name
        : callee.type === 'Identifier'
          ? callee.name
          : '';
    return onceMethods.test(name);
  }
  if (outer?.type === 'Property')
    return (
      outer.key.type === 'Identifier' &&
      /^(?:useFactory|pool|dialect|createDialect|dataSourceFactory)$/.test(outer.key.name)
    );
  const name =
    made.type === 'FunctionDeclaration' ? made.id : outer?.type === 'VariableDeclarator' ? outer.id : undefined;
  const variable = name?.type === 'Identifier' ? bindings(name) : undefined;
  if (!variable || variable.references.length === 0) return false;
  return variable.references
    .filter((reference) => !reference.init)
    .every(({ identifier }) => {
      const call = file.parentOf(identifier as unknown as Node);
      return (
        call?.type === 'CallExpression' &&
        call.callee === (identifier as unknown as Node) &&
        !enclosingFunction(call, file.parentOf)
      );
    });
}
