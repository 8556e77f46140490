import type { Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { HiddenPool } from '../../profiles/hidden-pool.ts';
import type { LintFacts } from '../../profiles/lint-facts.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { hasOneCaller } from '../flow/short-lived.ts';
import { type CallNode, isCall, keyOf } from '../flow/syntax.ts';
import { importsOf } from './imports.ts';

/** Connections that a package opens by itself: profiles/hidden-pools. */
export interface FoundHiddenPool {
  readonly known: HiddenPool;
  /** What makes it open them. */
  readonly call: CallNode;
  /** How many it may open. */
  readonly size: number | 'unknown';
}

/** The pools that packages open in a file, and that are not given one of the program. */
export function hiddenPoolsIn(code: AnalysedCode, { hiddenPools }: LintFacts): readonly FoundHiddenPool[] {
  const near = hiddenPools.filter((known) => code.file.text.includes(known.package));
  if (near.length === 0 || hasOneCaller(code.file)) return [];
  const calls = callsIn(code);
  return near.flatMap((known) =>
    openingCalls(known, calls, code)
      .filter((call) => !isShared(call, known))
      .map((call) => ({ known, call, size: sizeIn(call, known, code) })),
  );
}

function callsIn({ file }: AnalysedCode): readonly CallNode[] {
  const calls: CallNode[] = [];
  walk(file.program, (node) => {
    if (isCall(node)) calls.push(node);
  });
  return calls;
}

/** Calls that open the connections: of an export, or of what a factory among the exports makes. */
function openingCalls(
  { package: name, made, isFactory }: HiddenPool,
  calls: readonly CallNode[],
  { file }: AnalysedCode,
): readonly CallNode[] {
  const imported = importsOf(file, name);
  if (imported.length === 0) return [];
  const isExport = (node: Node) => imported.some(({ is, exported }) => is(node) && made.includes(exported));
  const direct = calls.filter(({ callee }) => isExport(callee));
  if (!isFactory) return direct;
  const classes = direct.flatMap((call) => {
    const around = file.parentOf(call);
    return around?.type === 'VariableDeclarator' && around.init === call && around.id.type === 'Identifier'
      ? [around.id.name]
      : [];
  });
  return calls.filter(
    ({ type, callee }) =>
      type === 'NewExpression' &&
      (direct.some((call) => call === callee) || (callee.type === 'Identifier' && classes.includes(callee.name))),
  );
}

/** Its options may be a variable that nobody sees into: it is then taken to be given a pool. */
function isShared({ arguments: args }: CallNode, { sharedBy = [] }: HiddenPool): boolean {
  if (sharedBy.includes('the second argument') && args.length > 1) return true;
  const [options] = args;
  if (options?.type !== 'ObjectExpression')
    return sharedBy.length > 0 && options !== undefined && options.type === 'Identifier';
  return options.properties.some(
    (property) => property.type === 'SpreadElement' || sharedBy.includes(keyOf(property) ?? ''),
  );
}

function sizeIn(
  { arguments: [options] }: CallNode,
  { size, connections }: HiddenPool,
  code: AnalysedCode,
): number | 'unknown' {
  if (size === undefined || options?.type !== 'ObjectExpression') return connections;
  for (const property of options.properties) {
    if (property.type !== 'Property' || keyOf(property) !== size) continue;
    const value = code.valueOf(property.value);
    return value.kind === 'known' && typeof value.value === 'number' ? value.value : 'unknown';
  }
  return connections;
}
