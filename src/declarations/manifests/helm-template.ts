import type { Origin, Scalar } from '../value.ts';
import type { HelmChart } from './helm-chart.ts';

/** What stands in for an action of a template: a text as long as the action, so that every place stays where it is. */
const pad = '\uf8ff';
const firstMark = 0xe000;
const mostActions = 4_096;
const mark = /([\ue000-\uefff])\uf8ff*/g;

/** A template of Helm whose actions are plain values. */
export interface FilledTemplate {
  /** As long as the template. */
  readonly text: string;
  /** A value of the text with its actions filled in. */
  fill(value: Scalar): { readonly value: Scalar; readonly origins: readonly Origin[] };
}

interface Filled {
  readonly value: Scalar;
  readonly origins: readonly Origin[];
}

/** Longer than an action that a person writes. */
const longestAction = 4_000;

interface Action {
  readonly start: number;
  readonly end: number;
  /** What is between the braces. */
  readonly code: string;
}

function actionsIn(text: string): Action[] {
  const found: Action[] = [];
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const end = endOfAction(text, start);
    const code = text
      .slice(start + 2, end - 2)
      .replace(/^-|-$/g, '')
      .trim();
    found.push({ start, end, code });
    start = text.indexOf('{{', end);
  }
  return found;
}

/** Behind the braces that close it, which may stand in a text in it, too. */
function endOfAction(text: string, start: number): number {
  const last = Math.min(text.length, start + longestAction);
  let quote: string | undefined;
  for (let at = start + 2; at < last; at += 1) {
    const sign = text[at];
    if (quote === undefined && text.startsWith('}}', at)) return at + 2;
    if (quote === '"' && sign === '\\') at += 1;
    else if (sign === quote) quote = undefined;
    else if (quote === undefined && (sign === '"' || sign === '`')) quote = sign;
  }
  return last;
}

/**
 * Fills in `{{ .Values.a.b }}` with `quote`, `default`, `int` and `toString`, the names of the release and the chart, and
 * `if`, `else` and `with` on values. Labels and other parts that a helper adds on lines of their own are left out. Undefined
 * for what needs more than that: a `range` over values that are there, an `if` on something else.
 */
export function filledTemplate(text: string, chart: HelmChart): FilledTemplate | undefined {
  const fills: Filled[] = [];
  /** Blocks around, and whether each is there. */
  const blocks: { isThere: boolean; wasThere: boolean }[] = [];
  let isReadable = true;
  let end = 0;
  let filled = '';
  const isThere = () => blocks.every((block) => block.isThere);
  const add = (piece: string) => {
    filled += isThere() ? piece : blank(piece);
  };
  for (const action of actionsIn(text)) {
    const { start, code } = action;
    add(text.slice(end, start));
    end = action.end;
    const whole = text.slice(start, end);
    const word = /^\S*/.exec(code)?.[0] ?? '';
    const rest = code.slice(word.length).trim();
    if (code === '' || code.startsWith('/*')) filled += blank(whole);
    else if (/^(?:if|with|range|define|block)$/.test(word)) {
      // What stands in a block that is not there needs no reading.
      const holds = !isThere() || word === 'define' ? false : truthOf(rest.replace(/^[\w$, ]*:=\s*/, ''), chart);
      isReadable &&= holds === false || (holds === true && word !== 'range' && word !== 'block');
      blocks.push({ isThere: holds ?? false, wasThere: holds ?? false });
      filled += blank(whole);
    } else if (word === 'else') {
      const block = blocks.at(-1);
      const holds = rest === '' ? true : truthOf(rest.replace(/^if\s+/, ''), chart);
      isReadable &&= block !== undefined && (holds !== undefined || block.wasThere);
      if (block) {
        block.isThere = !block.wasThere && holds === true;
        block.wasThere ||= block.isThere;
      }
      filled += blank(whole);
    } else if (word === 'end') {
      isReadable &&= blocks.pop() !== undefined;
      filled += blank(whole);
    } else if (/^(?:break|continue|\$\w+)$/.test(word)) isReadable &&= !isThere();
    else if (isOwnLine(text, start, end) && /^(?:include|template|toYaml|tpl)$/.test(word)) filled += blank(whole);
    else {
      const value = fills.length < mostActions ? filledBy(code, chart) : undefined;
      add(value ? standIn(fills.push(value) - 1, whole.length) : whole);
    }
    if (!isReadable) return undefined;
  }
  if (blocks.length > 0) return undefined;
  add(text.slice(end));
  return { text: filled, fill: (value) => fillIn(value, fills) };
}

/** A helper's output on a line of its own: labels, resources, what an author adds at will. */
function isOwnLine(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  return text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd < 0 ? undefined : lineEnd).trim() === '';
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

function standIn(index: number, length: number): string {
  return String.fromCharCode(firstMark + index).padEnd(length, pad);
}

function fillIn(value: Scalar, fills: readonly Filled[]): Filled {
  if (typeof value !== 'string') return { value, origins: [] };
  const origins: Origin[] = [];
  const parts = Array.from(value.matchAll(mark), ([, sign = '']) => fills[sign.charCodeAt(0) - firstMark]);
  const [only] = parts;
  if (only && /^[\ue000-\uefff]\uf8ff*$/.test(value)) return only;
  let index = 0;
  const text = value.replace(mark, () => {
    const part = parts[index++];
    origins.push(...(part?.origins ?? []));
    return String(part?.value ?? '');
  });
  return { value: text, origins };
}

/** What an action comes to; undefined where it is more than a value with filters. */
function filledBy(code: string, chart: HelmChart): Filled | undefined {
  const [head = '', ...filters] = code.split('|').map((part) => part.trim());
  let value = operandOf(head, chart);
  for (const filter of filters) {
    const [name = '', argument = ''] = filter.split(/\s+(.*)/s);
    if (name === 'default') {
      if (value === undefined || isEmpty(value.value)) value = operandOf(argument, chart);
    } else if (value && (name === 'quote' || name === 'squote' || name === 'toString'))
      value = { ...value, value: String(value.value ?? '') };
    else if (value && (name === 'int' || name === 'int64')) value = { ...value, value: Number(value.value) || 0 };
    else if (!/^(?:trunc|trimSuffix|lower|required|nindent|indent)\b/.test(name)) return undefined;
  }
  return value;
}

function isEmpty(value: Scalar): boolean {
  return value === null || value === '' || value === 0 || value === false;
}

function operandOf(given: string, chart: HelmChart): Filled | undefined {
  const text = given.trim().replace(/^\(([^()]*)\)$/, '$1');
  const path = /^\$?\.Values\.([\w.]+)$/.exec(text)?.[1];
  if (path !== undefined) {
    const found = chart.valueOf(path.split('.'));
    return found?.value === undefined ? undefined : { value: found.value, origins: [found.origin] };
  }
  const simple = /^(?:int|int64|toString|quote)\s+(\S+)$/.exec(text)?.[1];
  if (simple !== undefined) return operandOf(simple, chart);
  const [, otherwise, value] = /^default\s+(\S+)\s+(\S+)$/.exec(text) ?? [];
  if (otherwise !== undefined && value !== undefined) return operandOf(value, chart) ?? operandOf(otherwise, chart);
  if (
    /^\$?\.(?:Release|Chart)\.Name$|^(?:include|template)\s+"[\w.-]*(?:fullname|name|serviceAccountName)"\s+[$.]$/.test(
      text,
    )
  )
    return { value: chart.name, origins: [] };
  if (/^\$?\.Release\.Namespace$/.test(text)) return { value: null, origins: [] };
  if (/^\$?\.(?:Release|Chart)\.\w+$/.test(text)) return { value: text.split('.').at(-1) ?? '', origins: [] };
  const literal = /^"([^"\\]*)"$/.exec(text)?.[1];
  if (literal !== undefined) return { value: literal, origins: [] };
  return /^-?\d+$/.test(text) ? { value: Number(text), origins: [] } : undefined;
}

/** Whether an `if` holds; undefined where it asks for something else than values. */
function truthOf(condition: string, chart: HelmChart): boolean | undefined {
  const text = condition.trim().replace(/^\(([^()]*)\)$/, '$1');
  const negated = /^not\s+(.+)$/s.exec(text)?.[1];
  if (negated !== undefined) {
    const holds = truthOf(negated, chart);
    return holds === undefined ? undefined : !holds;
  }
  const [, junction, operands = ''] = /^(and|or)\s+(.+)$/s.exec(text) ?? [];
  if (junction !== undefined) {
    const each = (operands.match(/\([^()]*\)|\S+/g) ?? []).map((one) => truthOf(one, chart));
    if (each.includes(undefined)) return undefined;
    return junction === 'and' ? each.every(Boolean) : each.some(Boolean);
  }
  const [, relation, left = '', right = ''] = /^(eq|ne)\s+(\S+)\s+(\S+)$/.exec(text) ?? [];
  if (relation !== undefined) {
    const [a, b] = [operandOf(left, chart), operandOf(right, chart)];
    return a && b && (a.value === b.value) === (relation === 'eq');
  }
  const path = /^\$?\.Values\.([\w.]+)$/.exec(text)?.[1];
  // A value that is not there is empty.
  return path === undefined ? undefined : !(chart.valueOf(path.split('.'))?.isEmpty ?? true);
}
