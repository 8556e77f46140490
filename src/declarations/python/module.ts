import { folderOf, foldersUpward, joinPath } from '../code/paths.ts';
import type { Stretch } from '../entry.ts';
import type { ReadFile } from '../text-file.ts';
import { expressionAt, type PythonCall, type PythonExpression, pathOf } from './expression.ts';
import { type PythonToken, pythonTokens } from './tokens.ts';

/** What is assigned to a name: `POOL = 5`, `pool: int = 5` in a class, `config["POOL"] = 5`. */
export interface PythonAssignment {
  readonly name: string;
  readonly value: PythonExpression;
  readonly at: Stretch;
  /** The class whose body it is in; undefined elsewhere. */
  readonly ofClass?: PythonClass;
  readonly isModuleLevel: boolean;
}

export interface PythonClass {
  readonly name: string;
  readonly bases: readonly string[];
}

/** A file of Python, as far as pools need it. */
export interface PythonModule {
  readonly file: string;
  readonly text: string;
  readonly tokens: readonly PythonToken[];
  readonly assignments: readonly PythonAssignment[];
  /** Names that come from other modules: `settings` of `app.config`. */
  readonly imports: readonly PythonImport[];
}

export interface PythonImport {
  /** With leading dots where it is relative. */
  readonly module: string;
  /** The name there; undefined for the module itself. */
  readonly original?: string;
  readonly name: string;
}

/** Longer than a file that a person writes. */
const longestFile = 1_000_000;

export function pythonModule(file: string, text: string): PythonModule {
  const tokens = text.length > longestFile ? [] : pythonTokens(text);
  return { file, text, tokens, assignments: assignmentsIn(tokens), imports: importsIn(tokens) };
}

/** The calls of functions of these names, by the last part of their path. */
export function callsOf(
  module: PythonModule,
  isMeant: (name: string) => boolean,
): (PythonCall & { path: string; name?: string; isIndented: boolean })[] {
  const { tokens } = module;
  return tokens.flatMap((token, index) => {
    const opens = tokens[index + 1];
    if (token.kind !== 'name' || opens?.kind !== 'mark' || opens.text !== '(' || !isMeant(token.text)) return [];
    let first = index;
    while (tokens[first - 1]?.text === '.' && tokens[first - 2]?.kind === 'name') first -= 2;
    if (/^(?:def|class)$/.test(tokens[first - 1]?.text ?? '')) return [];
    const { expression } = expressionAt(tokens, first);
    const call = callWithin(expression, token.start);
    const path = call && pathOf(call.of);
    if (!call || path === undefined) return [];
    let lineStart = first;
    while (lineStart > 0 && tokens[lineStart]?.indent === undefined) lineStart -= 1;
    const name = assignedName(tokens, first);
    return [{ ...call, path, isIndented: (tokens[lineStart]?.indent ?? 0) > 0, ...(name !== undefined && { name }) }];
  });
}

/** The call whose name begins there, which more may be made of: `create_pool(…).acquire()`. */
function callWithin(expression: PythonExpression, nameAt: number): PythonCall | undefined {
  let found: PythonExpression | undefined = expression;
  while (found) {
    if (found.kind === 'call' && found.of.end - nameAt < 200 && endsAt(found.of, nameAt)) return found;
    found = 'of' in found ? found.of : undefined;
  }
  return undefined;
}

function endsAt(callee: PythonExpression, nameAt: number): boolean {
  const name = callee.kind === 'name' || callee.kind === 'attribute' ? callee.name : undefined;
  return name !== undefined && callee.end - name.length === nameAt;
}

/** `engine = create_engine(…)`, `self.pool = await create_pool(…)`. */
function assignedName(tokens: readonly PythonToken[], first: number): string | undefined {
  const before = tokens[first - 1]?.text === 'await' ? first - 2 : first - 1;
  const name = tokens[before - 1];
  return tokens[before]?.text === '=' && name?.kind === 'name' ? name.text : undefined;
}

function assignmentsIn(tokens: readonly PythonToken[]): PythonAssignment[] {
  const found: PythonAssignment[] = [];
  /** What the lines around are indented by, and the class whose body they are. */
  const around: { indent: number; ofClass?: PythonClass }[] = [];
  for (const [index, token] of tokens.entries()) {
    const { indent } = token;
    if (indent === undefined) continue;
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    if (token.kind !== 'name') continue;
    if (token.text === 'class') around.push({ indent, ofClass: classAt(tokens, index) });
    else if (/^(?:def|async)$/.test(token.text)) around.push({ indent });
    const inner = around.at(-1);
    const target = targetAt(tokens, index);
    if (!target || (target.next === undefined && !inner?.ofClass)) continue;
    const expression = target.next === undefined ? noValueAt(token) : expressionAt(tokens, target.next).expression;
    found.push({
      name: target.name,
      value: expression,
      at: { start: token.start, end: expression.end },
      isModuleLevel: inner === undefined,
      ...(inner?.ofClass && { ofClass: inner.ofClass }),
    });
  }
  return found;
}

function classAt(tokens: readonly PythonToken[], at: number): PythonClass {
  const { expression } = expressionAt(tokens, at + 1);
  if (expression.kind !== 'call') return { name: tokens[at + 1]?.text ?? '', bases: [] };
  return {
    name: pathOf(expression.of) ?? '',
    bases: expression.args.flatMap((base) => pathOf(base)?.split('.').at(-1) ?? []),
  };
}

/** A field that has a type and no value. */
function noValueAt({ start, end }: PythonToken): PythonExpression {
  return { kind: 'name', name: 'None', start, end };
}

/** The target of an assignment that begins there, and the token of its value, if it has one. */
function targetAt(tokens: readonly PythonToken[], at: number): { name: string; next?: number } | undefined {
  const { expression, next } = expressionAt(tokens, at);
  const name = nameOf(expression);
  if (name === undefined) return undefined;
  if (tokens[next]?.text === '=') return { name, next: next + 1 };
  if (tokens[next]?.text !== ':') return undefined;
  const annotation = expressionAt(tokens, next + 1);
  if (tokens[annotation.next]?.text === '=') return { name, next: annotation.next + 1 };
  return expression.kind === 'name' && tokens[annotation.next]?.kind === 'line' ? { name } : undefined;
}

function nameOf(target: PythonExpression): string | undefined {
  if (target.kind === 'item') return target.key.kind === 'text' ? target.key.value : undefined;
  return target.kind === 'attribute' ? target.name : pathOf(target);
}

function importsIn(tokens: readonly PythonToken[]): PythonImport[] {
  const found: PythonImport[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.indent === undefined || token.kind !== 'name') continue;
    if (token.text === 'import') {
      for (const { module, name } of modulesAt(tokens, index + 1)) found.push({ module, name });
    } else if (token.text === 'from') found.push(...namesAt(tokens, index + 1));
  }
  return found;
}

/** `a.b, c as d`. */
function modulesAt(tokens: readonly PythonToken[], from: number): { module: string; name: string; next: number }[] {
  const found: { module: string; name: string; next: number }[] = [];
  let at = from;
  do {
    let module = '';
    for (; isOfPath(tokens[at]); at += 1) module += tokens[at]?.text;
    let name = module;
    if (tokens[at]?.text === 'as') {
      name = tokens[at + 1]?.text ?? module;
      at += 2;
    }
    if (module === '') break;
    found.push({ module, name, next: at });
  } while (tokens[at++]?.text === ',');
  return found;
}

function isOfPath(token: PythonToken | undefined): boolean {
  return (token?.kind === 'name' && !/^(?:as|import)$/.test(token.text)) || token?.text === '.';
}

function namesAt(tokens: readonly PythonToken[], from: number): PythonImport[] {
  let at = from;
  let module = '';
  for (; isOfPath(tokens[at]); at += 1) module += tokens[at]?.text;
  if (tokens[at]?.text !== 'import') return [];
  at += tokens[at + 1]?.text === '(' ? 2 : 1;
  const found: PythonImport[] = [];
  for (; tokens[at]?.kind === 'name'; at += tokens[at]?.text === ',' ? 1 : 0) {
    const original = tokens[at]?.text ?? '';
    const hasName = tokens[at + 1]?.text === 'as';
    found.push({ module, original, name: hasName ? (tokens[at + 2]?.text ?? original) : original });
    at += hasName ? 3 : 1;
  }
  return found;
}

/** The file of a module as another file imports it: beside it, or below any folder around it. */
export function fileOfModule(module: string, from: string, read: ReadFile): string | undefined {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const path = module.slice(dots).replaceAll('.', '/');
  const relative = dots === 0 ? undefined : joinPath(folderOf(from), '../'.repeat(dots - 1));
  if (dots > 0 && relative === undefined) return undefined;
  for (const folder of relative === undefined ? foldersUpward(folderOf(from)) : [relative]) {
    const base = [folder, path].filter(Boolean).join('/');
    const found = [`${base}.py`, `${base}/__init__.py`].find((file) => read(file) !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
