import type { MethodDefinition } from '@oxc-project/types';
import type { CodeFile, Node } from './code-file.ts';
import { isFunctionNode } from './values/functions.ts';

const routeMethods = /^(?:get|post|put|patch|delete|del|head|options|all|use|route)$/i;
const routeDecorators =
  /^(?:Get|Post|Put|Patch|Delete|All|Head|Options|MessagePattern|EventPattern|Query|Mutation|Cron|Process)$/;
/** What platforms call by its name: Lambda, Next.js, Remix, Cloudflare. */
const handlerNames =
  /^(?:handler|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|loader|action|getServerSideProps|fetch|onRequest\w*)$/;

/** Whether a server or a platform calls the function, once for each request. */
export function isHandler(made: Node, file: CodeFile): boolean {
  if (!isFunctionNode(made)) return false;
  const outer = file.parentOf(made);
  if (outer?.type === 'MethodDefinition') return isRoute(outer);
  if (outer?.type === 'CallExpression' && outer.callee !== made) {
    const { callee } = outer;
    const isRouted = callee.type === 'MemberExpression' && routeMethods.test(nameOf(callee.property));
    return (isRouted && made.params.length > 0) || isHandlerName(outer, file);
  }
  return takesRequest(made) || isHandlerName(made, file);
}

/** A method of a controller: `@Get() find()`. */
function isRoute({ decorators = [] }: MethodDefinition): boolean {
  return decorators.some(({ expression }) =>
    routeDecorators.test(nameOf(expression.type === 'CallExpression' ? expression.callee : expression)),
  );
}

/** An export of such a name: `export const handler = …`, `exports.handler = …`, `export default { fetch() {} }`. */
function isHandlerName(value: Node, file: CodeFile): boolean {
  const outer = file.parentOf(value);
  switch (outer?.type) {
    case 'ExportNamedDeclaration':
      return value.type === 'FunctionDeclaration' && handlerNames.test(value.id?.name ?? '');
    case 'VariableDeclarator':
      return handlerNames.test(nameOf(outer.id)) && around(outer, 2, file)?.type === 'ExportNamedDeclaration';
    case 'Property':
      return nameOf(outer.key) === 'fetch' && around(outer, 2, file)?.type === 'ExportDefaultDeclaration';
    case 'AssignmentExpression':
      return (
        outer.left.type === 'MemberExpression' &&
        /(?:^|\.)exports$/.test(file.text.slice(outer.left.object.start, outer.left.object.end)) &&
        handlerNames.test(nameOf(outer.left.property))
      );
    default:
      return false;
  }
}

/** `(req, res) => …`, `(request, reply) => …`. */
function takesRequest({ params }: { readonly params: readonly Node[] }): boolean {
  const [first = '', second = ''] = params.map(nameOf);
  return /^(?:_?req|request)$/.test(first) && /^(?:_?res|response|reply|env|h)$/.test(second);
}

function around(node: Node, steps: number, file: CodeFile): Node | undefined {
  const outer = file.parentOf(node);
  return steps === 1 || !outer ? outer : around(outer, steps - 1, file);
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : '';
}
