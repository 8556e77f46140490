import type { DirectSetting } from '../reader.ts';
import { readStatementLimit } from '../vocabulary/statement-limit.ts';
import type { CodeFile, Node } from './code-file.ts';
import { walk } from './walk.ts';

/** What the snippets of `poolctl emit` call a limit that they keep themselves, by the parameters of their functions. */
const concepts: Readonly<Record<string, 'queueLimit' | 'acquireTimeout'>> = {
  queueLimit: 'queueLimit',
  timeoutMs: 'acquireTimeout',
  acquireTimeoutMs: 'acquireTimeout',
};

/**
 * The limits that a snippet of poolctl has beside the options of its driver: those that its own functions keep, such as
 * `boundQueue(pool, 50)`, and the statement timeout that it sets in each session.
 */
export function ownLimits(file: CodeFile): DirectSetting[] {
  const functions = parametersOf(file);
  const found: DirectSetting[] = [];
  walk(file.program, (node) => {
    if (node.type === 'Literal' && typeof node.value === 'string') {
      const ms = readStatementLimit(node.value);
      if (ms !== undefined) found.push(setting(file, node, 'queryTimeout', ms));
    }
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return;
    for (const [name, value] of argumentsOf(node, functions.get(node.callee.name))) {
      const concept = concepts[name];
      const amount = concept && numberOf(value);
      if (concept && amount !== undefined) found.push(setting(file, value, concept, amount));
    }
  });
  return found;
}

/** The parameters of functions that are called as those of the snippets are. */
function parametersOf(file: CodeFile): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  walk(file.program, (node) => {
    if (node.type !== 'FunctionDeclaration' || !node.id || !/^(?:bound|take)[A-Z]/.test(node.id.name)) return;
    known.set(
      node.id.name,
      node.params.map((parameter) => ('type' in parameter && parameter.type === 'Identifier' ? parameter.name : '')),
    );
  });
  return known;
}

/** Each argument by the name of its parameter; those of an object by their keys. */
function argumentsOf(
  { arguments: given }: Extract<Node, { type: 'CallExpression' }>,
  parameters: readonly string[] | undefined,
): (readonly [name: string, value: Node])[] {
  if (!parameters) return [];
  return given.flatMap((argument, index): (readonly [string, Node])[] => {
    if (argument.type !== 'ObjectExpression') return [[parameters[index] ?? '', argument]];
    return argument.properties.flatMap((property): (readonly [string, Node])[] =>
      property.type === 'Property' && property.key.type === 'Identifier' ? [[property.key.name, property.value]] : [],
    );
  });
}

function numberOf(node: Node): number | undefined {
  return node.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined;
}

function setting(file: CodeFile, node: Node, concept: DirectSetting['concept'], amount: number): DirectSetting {
  const { line, start, end } = file.spanOf(node);
  const at = { start, end };
  const unit = concept === 'queueLimit' ? 'waiters' : 'ms';
  return { key: concept, value: amount, line, keyAt: at, valueAt: at, concept, unit, ms: amount };
}
