import type { Node } from '../code-file.ts';
import type { Definition, Variable } from '../scopes/variable.ts';
import type { Abstract, Evaluator, Frame } from './abstract.ts';
import { enclosingFunction } from './functions.ts';
import { importedName, importOf } from './imports.ts';
import { either, scalar, through, truthOf, unresolved } from './make.ts';
import { changesUrl, mutated } from './mutations.ts';
import { parameterOf } from './parameters.ts';
import { annotationOf, takenFrom } from './patterns.ts';

/** What a variable holds, as far as its declaration, its assignments and its type say. */
export function valueOfVariable(variable: Variable, frame: Frame, evaluator: Evaluator): Abstract {
  const given = frame.bindings?.get(variable);
  if (given) return given;
  const [definition] = variable.defs;
  if (!definition) return unresolved(`${variable.name} is a global`);
  switch (definition.type) {
    case 'ImportBinding':
      return imported(definition, frame, evaluator);
    case 'Variable':
      return mutated(declared(variable, definition, frame, evaluator), variable, frame, evaluator);
    case 'Parameter':
      return parameterOf(variable, definition, frame, evaluator);
    case 'FunctionName':
      return evaluator.evaluate(definition.node, frame);
    case 'ClassName':
      return evaluator.evaluate(definition.node, frame);
    case 'TSEnumName':
      return evaluator.evaluate(definition.node, frame);
    default:
      return unresolved(`what ${variable.name} is cannot be seen`);
  }
}

function imported(definition: Definition, frame: Frame, evaluator: Evaluator): Abstract {
  const specifier = definition.node;
  if (specifier.type === 'TSImportEqualsDeclaration') {
    const { moduleReference } = specifier;
    return moduleReference.type === 'TSExternalModuleReference'
      ? importOf(moduleReference.expression.value, frame, evaluator)
      : evaluator.evaluate(moduleReference, frame);
  }
  const declaration = definition.parent;
  if (declaration?.type !== 'ImportDeclaration') return unresolved('an import that is not understood');
  const source = declaration.source.value;
  if (specifier.type === 'ImportDefaultSpecifier') return importedName(source, 'default', frame, evaluator);
  if (specifier.type !== 'ImportSpecifier') return importOf(source, frame, evaluator);
  const name = specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name;
  return importedName(source, name, frame, evaluator);
}

/** The value of a `const`, or what the assignments of a `let` come to, in the order of the text. */
function declared(variable: Variable, definition: Definition, frame: Frame, evaluator: Evaluator): Abstract {
  const declarator = definition.node;
  if (declarator.type !== 'VariableDeclarator') return unresolved(`what ${variable.name} is cannot be seen`);
  const { file } = frame.module;
  const name = definition.name;
  const { init } = declarator;
  if (init && changesUrl(init, variable, frame)) return unresolved('the code changes the URL');
  const initial = init
    ? takenFrom(declarator.id, name, () => evaluator.evaluate(init, frame), frame, evaluator)
    : fromLoop(declarator, name, frame, evaluator);
  let value: Abstract | undefined = initial;
  for (const reference of variable.references) {
    if (!reference.writes || reference.init) continue;
    const identifier = reference.identifier;
    const assignment = file.parentOf(identifier);
    // The condition and the right side see the value so far: `if (Number.isNaN(size)) size = 10`.
    const bindings = new Map(frame.bindings).set(variable, value ?? scalar(undefined));
    const happens = value === undefined || happensAt(assignment, declarator, { ...frame, bindings }, evaluator);
    if (happens === false) continue;
    const written = writtenBy(
      assignment,
      identifier,
      frame.bindings || value ? { ...frame, bindings } : frame,
      evaluator,
    );
    value = value === undefined || happens ? written : either([value, written]);
  }
  const annotation = annotationOf(declarator.id);
  if (value === undefined || (value.kind === 'unknown' && !value.missing)) {
    const typed = annotation && declarator.id === name ? evaluator.typed(annotation, frame) : undefined;
    return typed ?? value ?? scalar(undefined);
  }
  const isConstant = init && init.type !== 'Identifier' && (value.kind === 'scalar' || value.kind === 'unknown');
  return isConstant ? through(value, { kind: 'constant', text: variable.name, place: file.spanOf(declarator) }) : value;
}

/** The loop variable of `for (const pool of pools)`. */
function fromLoop(declarator: Node, name: Node, frame: Frame, evaluator: Evaluator): Abstract | undefined {
  const { parentOf } = frame.module.file;
  const loop = parentOf(parentOf(declarator) ?? declarator);
  if (declarator.type !== 'VariableDeclarator' || loop?.type !== 'ForOfStatement') return undefined;
  const list = evaluator.evaluate(loop.right, frame);
  const items = list.kind === 'list' ? either(list.items.map((item) => item())) : unresolved('the variable of a loop');
  return takenFrom(declarator.id, name, () => items, frame, evaluator);
}

function writtenBy(assignment: Node | undefined, identifier: Node, frame: Frame, evaluator: Evaluator): Abstract {
  if (assignment?.type === 'AssignmentExpression' && assignment.left === identifier) {
    const isPlain = ['=', '??=', '||='].includes(assignment.operator);
    return isPlain ? evaluator.evaluate(assignment.right, frame) : unresolved(`${assignment.operator} changes it`);
  }
  const pattern = patternAround(identifier, frame);
  if (!pattern) return unresolved('it is changed');
  return (
    takenFrom(pattern.left, identifier, () => evaluator.evaluate(pattern.right, frame), frame, evaluator) ??
    unresolved('it is changed')
  );
}

function patternAround(identifier: Node, frame: Frame) {
  let around = frame.module.file.parentOf(identifier);
  while (around && /Pattern|Property|RestElement/.test(around.type)) around = frame.module.file.parentOf(around);
  return around?.type === 'AssignmentExpression' ? around : undefined;
}

/** Whether an assignment happens after the declaration: it is in the same function, and in no branch that may not run. */
function happensAt(
  assignment: Node | undefined,
  declarator: Node,
  frame: Frame,
  evaluator: Evaluator,
): boolean | undefined {
  const { parentOf } = frame.module.file;
  if (assignment?.type !== 'AssignmentExpression' || assignment.operator !== '=') return undefined;
  const home = enclosingFunction(declarator, parentOf);
  let inner: Node = assignment;
  for (let around = parentOf(assignment); around && around !== home; around = parentOf(around)) {
    if (around.type === 'IfStatement' && around.test !== inner) {
      const truth = truthOf(evaluator.evaluate(around.test, frame));
      if (truth === undefined) return undefined;
      if (truth !== (around.consequent === inner)) return false;
    } else if (/Statement$/.test(around.type) && !/^(?:Block|Expression|Try)Statement$/.test(around.type))
      return undefined;
    else if (/Function|Catch|Conditional|Logical|SwitchCase/.test(around.type)) return undefined;
    inner = around;
  }
  return true;
}
