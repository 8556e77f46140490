import { PoolctlError } from '../base/errors.ts';
import type { Matcher } from './promql.ts';

/** Conditions on labels, for one source or for all. */
export interface SourceSelector {
  /** The id of a source of metrics. */
  readonly source?: string;
  readonly matchers: readonly Matcher[];
}

const oneMatcher = /\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)\s*/y;

/**
 * Reads `{job="orders"}`, `job="orders"`, or for one source `postgres-exporter{job="pg"}`. Strings are those of PromQL.
 * @throws PoolctlError VALUE_INVALID
 */
export function parseSelector(text: string, flag: string): SourceSelector {
  const refuse = (why: string): never => {
    throw new PoolctlError('VALUE_INVALID', `${flag} "${text}" is no selector of Prometheus: ${why}.`, {
      hint: `Write ${flag} '{job="orders"}', or for one source '${'postgres-exporter'}{job="pg"}'.`,
    });
  };
  const [, source, inBraces, bare] = /^\s*([a-z][a-z0-9-]*)?\s*\{([\s\S]*)\}\s*$|^([\s\S]*)$/.exec(text) ?? [];
  const body = inBraces ?? bare ?? '';
  const matchers: Matcher[] = [];
  let at = 0;
  while (body.slice(at).trim() !== '') {
    oneMatcher.lastIndex = at;
    const [whole, label = '', operator, string = ''] = oneMatcher.exec(body) ?? [];
    if (whole === undefined) return refuse(`"${body.slice(at).trim()}" is not like label="value"`);
    if (label === '__name__') return refuse('the names of metrics are what the rule chooses');
    matchers.push({ label, operator: operator as Matcher['operator'], value: stringOf(string, refuse) });
    at += whole.length;
    if (body[at] === ',') at += 1;
    else if (at < body.length) return refuse('between two conditions stands a comma');
  }
  if (matchers.length === 0) return refuse('it has no condition');
  return source === undefined ? { matchers } : { source, matchers };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

function stringOf(string: string, refuse: (why: string) => never): string {
  const inner = string.slice(1, -1);
  if (string.startsWith('`')) return inner;
  return inner.replace(
    /\\(.)/g,
    (whole, letter: string) => escapes[letter] ?? refuse(`${whole} is no escape of PromQL`),
  );
}
