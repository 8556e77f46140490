import type { Node } from '../code-file.ts';
import type { Abstract, Evaluator, Frame, Property } from './abstract.ts';
import { typedBy } from './libraries.ts';
import { alternativesOf, either } from './make.ts';
import { once } from './objects.ts';

/** How it begins to say why a field of an interface has no value. */
export const onlyTheType = 'only the type of';

/** Generic types that stand for what is in them. */
const transparent = new Set([
  'Promise',
  'Awaited',
  'Readonly',
  'NonNullable',
  'Required',
  'Partial',
  'InstanceType',
  'PromiseLike',
]);

/** What a value of a type is: an object of a library, an instance of a class of the project, an object with typed fields. */
export function typedAs(type: Node, frame: Frame, evaluator: Evaluator): Abstract | undefined {
  switch (type.type) {
    case 'TSTypeAnnotation':
      return typedAs(type.typeAnnotation, frame, evaluator);
    case 'TSUnionType':
    case 'TSIntersectionType': {
      const found = type.types.flatMap((part) => evaluator.typed(part, frame) ?? []);
      return found.length > 0 ? either(found) : undefined;
    }
    case 'TSTypeReference':
      return referenced(type, frame, evaluator);
    case 'TSTypeQuery':
      return type.exprName.type === 'TSImportType' ? undefined : valueOfName(type.exprName, frame, evaluator);
    case 'TSTypeLiteral':
      return fields(type.members, frame, evaluator);
    case 'TSInterfaceDeclaration':
      return fields(type.body.body, frame, evaluator);
    case 'TSTypeAliasDeclaration':
      return evaluator.typed(type.typeAnnotation, frame);
    case 'TSArrayType': {
      const item = evaluator.typed(type.elementType, frame);
      return item && { kind: 'list', items: [() => item], opaque: 'a list of a length that is not known' };
    }
    case 'TSImportType': {
      const name = type.qualifier?.type === 'Identifier' ? type.qualifier.name : undefined;
      const all = evaluator.imported(type.source.value, frame);
      return name === undefined ? undefined : instanceOf(evaluator.member(all, name, frame));
    }
    default:
      return undefined;
  }
}

function referenced(
  { typeName, typeArguments }: Extract<Node, { type: 'TSTypeReference' }>,
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  const [first] = typeArguments?.params ?? [];
  if (typeName.type === 'Identifier' && first) {
    if (transparent.has(typeName.name)) return evaluator.typed(first, frame);
    // NestJS: the type of what `registerAs(name, factory)` gives.
    if (typeName.name === 'ReturnType' || typeName.name === 'ConfigType') {
      const made = evaluator.typed(first, frame);
      return made?.kind === 'function' ? evaluator.call(made, []) : made;
    }
  }
  if (typeName.type === 'Identifier') {
    const declaration = typeDeclared(typeName, frame);
    if (declaration) return evaluator.typed(declaration, frame);
  }
  const named = valueOfName(typeName, frame, evaluator);
  return named && instanceOf(named);
}

/** The interface or the alias of this file that a name means. */
function typeDeclared(name: Node, { module }: Frame): Node | undefined {
  const [definition] = module.bindings(name)?.defs ?? [];
  const node = definition?.node;
  return node?.type === 'TSInterfaceDeclaration' || node?.type === 'TSTypeAliasDeclaration' ? node : undefined;
}

function valueOfName(name: Node, frame: Frame, evaluator: Evaluator): Abstract | undefined {
  if (name.type === 'TSQualifiedName') {
    const left = valueOfName(name.left, frame, evaluator);
    return left && evaluator.member(left, name.right.name, frame);
  }
  // A global type is no evidence of a library.
  return name.type === 'Identifier' && frame.module.bindings(name) ? evaluator.evaluate(name, frame) : undefined;
}

/** An instance of what a type name means: a class, or a type that a package exports. */
function instanceOf(named: Abstract): Abstract | undefined {
  const found = alternativesOf(named).flatMap((one): Abstract[] => {
    if (one.kind === 'class') return [{ kind: 'instance', of: one }];
    if (one.kind === 'external') return [typedBy(one) ?? { ...one, path: [...one.path, '*'] }];
    return one.kind === 'object' || one.kind === 'library' || one.kind === 'instance' ? [one] : [];
  });
  return found.length > 0 ? either(found) : undefined;
}

/** An object with the fields of an interface. */
function fields(members: readonly Node[], frame: Frame, evaluator: Evaluator): Abstract {
  const properties = new Map<string, Property>();
  const { spanOf } = frame.module.file;
  for (const member of members) {
    if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier' || !member.typeAnnotation) continue;
    const type = member.typeAnnotation;
    const unseen: Abstract = { kind: 'unknown', why: `${onlyTheType} ${member.key.name} is in sight`, origins: [] };
    const value = once(() => evaluator.typed(type.typeAnnotation, frame) ?? unseen);
    properties.set(member.key.name, { value, place: spanOf(member), keyPlace: spanOf(member.key) });
  }
  return { kind: 'object', properties, opaque: 'only its type is in sight' };
}
