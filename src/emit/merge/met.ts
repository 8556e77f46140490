import type { PoolSettings } from '../../size/input.ts';
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
  /** Every assignment, with what the file had for it. */
  readonly met: readonly MetAssignment[];
}

/** What a file has for an assignment. */
export interface MetAssignment {
  readonly of: keyof PoolSettings;
  readonly key: string;
  /** Counted from 1; left out where the file does not have the key. */
  readonly line?: number;
  /** As it stands there, without quotes. */
  readonly written?: string;
  readonly value: string | number;
  /** What the file says is the same, another, nothing, or cannot be told from the file alone. */
  readonly state: 'same' | 'other' | 'missing' | 'untold';
  /** The variables that decide in place of the file. */
  readonly names?: readonly string[];
}

/** An assignment whose key the file does not have. */
export function missed({ of, path, value }: Assignment): MetAssignment {
  return { of, key: path.join('.'), value, state: 'missing' };
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
): Pick<Merged, 'references' | 'left'> & { readonly text: string | undefined; readonly met: MetAssignment } {
  const value = String(assignment.value);
  const had = unquoted(written);
  const met = { of: assignment.of, key, line, written: had, value: assignment.value };
  if (assignment.replaces?.(had) === false) {
    const isSaid = assignment.isAside || had === value;
    const left = isSaid ? [] : [{ key, line, assignment }];
    return { text: undefined, references: [], left, met: { ...met, state: isSaid ? 'same' : 'untold' } };
  }
  if (!reference.test(had)) {
    const isSame = had === value || (had !== '' && Number(had) === Number(value));
    return { text: value, references: [], left: [], met: { ...met, state: isSame ? 'same' : 'other' } };
  }
  const kept = withDefault(written, value, isSpring);
  const names = [...written.matchAll(isSpring ? /\$\{([^:{}$]+)/g : /\$\{(\w+)/g)].map(([, name = '']) => name);
  const isOther = kept !== undefined && kept !== written;
  return {
    text: kept ?? value,
    references: [{ key, line, written, names, value: assignment.value, isKept: kept !== undefined }],
    left: [],
    met: { ...met, names, state: isOther ? 'other' : 'untold' },
  };
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
