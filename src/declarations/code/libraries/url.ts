import type { DeclaredOption } from '../../declared-pool.ts';
import type { SourceSpan } from '../../source-span.ts';
import type { Origin, Resolved, Scalar } from '../../value.ts';
import type { Abstract } from '../values/abstract.ts';
import { resolvedOf } from '../values/resolved.ts';
import type { Options } from './options.ts';
import { withoutSecret } from './secrets.ts';

/** What a library takes from the parameters of a URL. */
export interface UrlRules {
  /** The parameters that it follows; all of them where it is not said. */
  readonly names?: readonly string[];
  /** What stands before their names as options. */
  readonly prefix?: string;
  /** `json`: 20 and true are a number and a boolean; `text`: everything is text. */
  readonly values: 'json' | 'text';
  /** The name that the URL itself has among the options. */
  readonly name: string;
}

/**
 * What a URL says of a pool. Where its value is not known, options that it may set are hidden. A place is where the URL is
 * written.
 */
export function optionsOfUrl(value: Abstract | undefined, place: SourceSpan, rules: UrlRules): Options {
  if (value === undefined || (value.kind === 'scalar' && value.value === undefined)) return { options: [] };
  const shown = resolvedOf(value, (plain) => withoutSecret(rules.name, plain));
  const itself: DeclaredOption = { name: rules.name, value: shown, place, keyPlace: place };
  const text = textOf(value);
  if (text === undefined) {
    const why = shown.kind === 'unknown' ? shown.why : 'it is no text';
    return { options: [itself], ...(rules.names?.length !== 0 && { opaque: `the URL: ${why}` }) };
  }
  const parameters = parametersOf(text).filter(([name]) => rules.names === undefined || rules.names.includes(name));
  const options = parameters.map(([name, parameter]): DeclaredOption => {
    const origin: Origin = { kind: 'url-parameter', text: `${name} in the URL`, place };
    const plain = withoutSecret(name, rules.values === 'json' ? jsonOf(parameter) : parameter);
    const origins = [origin, ...shown.origins];
    const resolved: Resolved = parameter.includes(gap)
      ? { kind: 'unknown', why: 'a part of the URL is not known', origins }
      : { kind: 'known', value: plain, origins };
    return { name: `${rules.prefix ?? ''}${name}`, value: resolved, place, keyPlace: place };
  });
  return { options: [itself, ...options] };
}

/** What stands for a part of a text that is not known. */
const gap = '…';

/**
 * The text of a URL, with gaps where login, host or database are not known. Undefined where a gap may hold parameters: it is
 * the whole text, or begins a parameter.
 */
function textOf(value: Abstract): string | undefined {
  if (value.kind === 'scalar') return String(value.value);
  const partial = value.kind === 'unknown' ? value.partial : undefined;
  const mayHide = partial === undefined || /[?&]…|:\/\/…$|(?<![/=])…$/.test(partial);
  return mayHide || !/^[a-z][a-z0-9+.-]*:\/\//i.test(partial) ? undefined : partial;
}

/** At most as many as a URL of sane length has. */
const mostParameters = 100;

function parametersOf(url: string): [string, string][] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  return [...new URLSearchParams(query.slice(0, 10_000))].slice(0, mostParameters);
}

function jsonOf(text: string): Scalar {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : text;
  } catch {
    return text;
  }
}
