import { PoolctlError } from '../../base/errors.ts';
import type { VariableLaw } from './model.ts';
import { parseVariableLaw, type ReadText } from './variables.ts';

/** What a script says of itself in the comments of its first lines. */
export interface Directives {
  readonly weight?: number;
  readonly variables: Readonly<Record<string, VariableLaw>>;
}

/** Reads lines such as `-- poolctl: id = int:1..100000` and `-- poolctl: weight 3`. @throws PoolctlError INPUT_INVALID, VALUE_INVALID */
export function parseDirectives(text: string, file: string, read: ReadText): Directives {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^\s*(--|$)/.test(line));
  const variables: Record<string, VariableLaw> = {};
  let weight: number | undefined;
  for (const [index, line] of lines.slice(0, end < 0 ? undefined : end).entries()) {
    const [, directive] = /^\s*--\s*poolctl:\s*(.*?)\s*$/.exec(line) ?? [];
    if (directive === undefined) continue;
    const source = `${file}:${index + 1}`;
    const [, weightText] = /^weight\s*[\s=]\s*(\S+)$/.exec(directive) ?? [];
    const [, name, spec] = /^([A-Za-z_]\w*)\s*=\s*(.+)$/.exec(directive) ?? [];
    if (weightText !== undefined) weight = parseWeight(weightText, source);
    else if (name !== undefined && spec !== undefined) variables[name] = parseVariableLaw(spec, source, read);
    else throw unknown(directive, source);
  }
  return { ...(weight !== undefined && { weight }), variables };
}

/** A share relative to other scripts: a number above 0. @throws PoolctlError VALUE_INVALID */
export function parseWeight(text: string, source: string): number {
  const weight = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (weight > 0 && weight <= 1e9) return weight;
  throw new PoolctlError('VALUE_INVALID', `${source}: the weight "${text}" is not a number above 0.`, {
    hint: 'A script of weight 3 runs three times as often as one of weight 1.',
  });
}

function unknown(directive: string, source: string): PoolctlError {
  return new PoolctlError('INPUT_INVALID', `${source}: "${directive}" says nothing that poolctl knows.`, {
    hint: 'Write `-- poolctl: id = int:1..100000` or `-- poolctl: weight 3`.',
  });
}
