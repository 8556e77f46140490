import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryKind, LibraryObject } from '../../declarations/code/library-object.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { variableAt } from './names.ts';
import { awaited, bare, methodCall, propertyOf } from './syntax.ts';

/** What an expression is, by the analysis of the code. */
export function objectAt(code: AnalysedCode, expression: Node, file = code.file): LibraryObject | undefined {
  return code.libraryObject(expression, file) ?? libraryObjectIn(file, expression);
}

/** Until the analysis of code says what expressions are: pools and clients of packages that this file imports. */
function libraryObjectIn(file: CodeFile, expression: Node, depth = 0): LibraryObject | undefined {
  if (depth > 8) return undefined;
  const of = (node: Node) => libraryObjectIn(file, node, depth + 1);
  const node = awaited(expression);
  switch (node.type) {
    case 'Identifier': {
      for (const def of variableAt(file, node)?.defs ?? []) {
        const declaring = def.node as unknown as Node;
        if (declaring.type === 'VariableDeclarator' && declaring.init) return of(declaring.init);
        if (
          declaring.type === 'ImportSpecifier' ||
          declaring.type === 'ImportDefaultSpecifier' ||
          declaring.type === 'ImportNamespaceSpecifier'
        ) {
          const parent = file.parentOf(declaring);
          if (parent?.type !== 'ImportDeclaration') return undefined;
          const name =
            declaring.type === 'ImportSpecifier' && 'name' in declaring.imported ? declaring.imported.name : '';
          return {
            library: parent.source.value.split('/')[0] ?? '',
            kind: 'module',
            name,
            takesCallbacks: parent.source.value === 'mysql2' || parent.source.value === 'mysql',
          };
        }
      }
      return undefined;
    }
    case 'NewExpression':
    case 'CallExpression': {
      const callee = bare(node.callee);
      if (callee.type === 'Identifier' && callee.name === 'require') {
        const [name] = node.arguments;
        return name?.type === 'Literal' && typeof name.value === 'string' && !name.value.startsWith('.')
          ? {
              library: name.value.split('/')[0] ?? '',
              kind: 'module',
              name: '',
              takesCallbacks: name.value === 'mysql2' || name.value === 'mysql',
            }
          : undefined;
      }
      const made = of(callee);
      if (made?.kind === 'module') {
        const kinds: Record<string, LibraryKind> = {
          Pool: 'pool',
          createPool: 'pool',
          Client: 'connection',
          DataSource: 'dataSource',
          Sequelize: 'sequelize',
          '': 'knex',
          createConnection: 'connection',
        };
        const kind = kinds[made.name ?? ''];
        return kind && { ...made, kind };
      }
      const call = methodCall(node);
      const object = call && of(call.object);
      if (call && object?.kind === 'dataSource' && call.method === 'createQueryRunner')
        return { library: object.library, kind: 'queryRunner' };
      if (call && object?.kind === 'pool' && ['connect', 'getConnection'].includes(call.method))
        return { ...object, kind: 'client' };
      return undefined;
    }
    case 'MemberExpression': {
      const object = of(node.object);
      return object?.kind === 'module' ? { ...object, name: propertyOf(node) ?? '' } : undefined;
    }
    default:
      return undefined;
  }
}
