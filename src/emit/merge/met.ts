import type { Assignment, SettingsFile } from '../target.ts';

/** How the lines of a file are to be read. */
export interface MergeForm extends Pick<SettingsFile, 'format' | 'section'> {
  /** Keys stand in any of the spellings that Spring Boot takes. */
  readonly isSpring?: boolean;
}

/** A file of settings with ours in it, and what the user should know of the way there. */
export interface Merged {
  readonly text: string;
  /** Values of the file that came from outside it. */
  readonly references: readonly MetReference[];
  /** Assignments that could not take the place of what the file has. */
  readonly left: readonly LeftAssignment[];
}

/** A value such as `${POOL_MAX:20}` that the file had for one of our settings. */
export interface MetReference {
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
  readonly written: string;
  /** The variables that it names. */
  readonly names: readonly string[];
  readonly value: string | number;
  /** It is there still, with ours as its default. */
  readonly isKept: boolean;
}

/** A value of the file that stays, because it holds more than ours. */
export interface LeftAssignment {
  readonly key: string;
  readonly line: number;
  readonly assignment: Assignment;
}

/** What stands in the file for an assignment, and where. */
export interface Place {
  readonly key: string;
  readonly line: number;
  readonly written: string;
  readonly isSpring: boolean;
}

/** What a place holds after an assignment, or undefined where it stays; with what there is to say of it. */
export function settlePlace(
  { key, line, written, isSpring }: Place,
  assignment: Assignment,
): { text: string | undefined; references: readonly MetReference[]; left: readonly LeftAssignment[] } {
  const value = String(assignment.value);
  if (assignment.replaces?.(unquoted(written)) === false) {
    const isSaid = assignment.isAside || unquoted(written) === value;
    return { text: undefined, references: [], left: isSaid ? [] : [{ key, line, assignment }] };
  }
  if (!reference.test(unquoted(written))) return { text: value, references: [], left: [] };
  const kept = withDefault(written, value, isSpring);
  const names = [...written.matchAll(isSpring ? /\$\{([^:{}$]+)/g : /\$\{(\w+)/g)].map(([, name = '']) => name);
  const met = { key, line, written, names, value: assignment.value, isKept: kept !== undefined };
  return { text: kept ?? value, references: [met], left: [] };
}

/** References to the environment, and marks of the template engines that write such files: ERB, Jinja, Helm, Maven. */
const reference = /\$\{|^\$\w|%\{|<%|\{\{|#\{|^@[\w.-]+@$|%env\(|%\(\w+\)s|^%\w+%$|^\*\w/;

/** The reference with our value as its default: `${POOL_MAX:20}` of Spring, `${POOL_MAX:-20}` of shells and Compose. */
function withDefault(written: string, value: string, isSpring: boolean): string | undefined {
  const [, quote = '', inner = ''] = /^(["']?)(.*)\1$/s.exec(written) ?? [];
  const changed = isSpring ? springDefault(inner, value) : shellDefault(inner, value);
  return changed === undefined ? undefined : quote + changed + quote;
}

/** Where a default is a reference itself, the innermost one is changed: all of them keep their say. */
function springDefault(text: string, value: string): string | undefined {
  const [, name, rest] = /^\$\{([^:{}$]+)(?::(.*))?\}$/s.exec(text) ?? [];
  if (name === undefined) return undefined;
  const inner = rest?.includes('${') ? springDefault(rest, value) : value;
  return inner === undefined ? undefined : `\${${name}:${inner}}`;
}

/** Only where there is a default: not everything that knows references knows those. */
function shellDefault(text: string, value: string): string | undefined {
  const [, head] = /^(\$\{\w+:?-)[^{}]*\}$/.exec(text) ?? [];
  return head === undefined ? undefined : `${head}${value}}`;
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text;
}
