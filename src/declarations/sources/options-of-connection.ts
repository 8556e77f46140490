import { withoutSecret } from '../code/libraries/secrets.ts';
import type { DeclaredOption } from '../declared-pool.ts';
import type { Origin } from '../value.ts';
import { parametersOfConnection, textGap } from './connection-text.ts';
import type { CurlyExpression } from './curly-expression.ts';
import type { CurlyValues } from './curly-values.ts';

/** What the text of a connection says of its pool. */
export interface ConnectionOptions {
  readonly options: readonly DeclaredOption[];
  /** Why more may be set than can be seen. */
  readonly opaque?: string;
}

/** The parameters of a connection text that a pool follows, where the text is `seen` as far as it can be. */
export function optionsOfConnection(
  expression: CurlyExpression,
  seen: string | undefined,
  names: readonly string[],
  values: CurlyValues,
): ConnectionOptions {
  const place = values.module.spanOf(expression);
  if (seen === undefined) {
    const value = values.of(expression);
    return { options: [], opaque: `the URL: ${value.kind === 'unknown' ? value.why : 'it is no text'}` };
  }
  const parameters = parametersOfConnection(seen);
  const options = parameters.flatMap(([name, value]): DeclaredOption[] => {
    if (!names.includes(name)) return [];
    const origins: Origin[] = [{ kind: 'url-parameter', text: `${name} in the URL`, place }];
    const resolved = value.includes(textGap)
      ? ({ kind: 'unknown', why: 'a part of the URL is not known', origins } as const)
      : ({ kind: 'known', value: withoutSecret(name, value), origins } as const);
    return [{ name, value: resolved, place, keyPlace: place }];
  });
  const isHidden = seen.replaceAll(textGap, '') === '' || parameters.some(([name]) => name.includes(textGap));
  return { options, ...(isHidden && { opaque: 'the URL: a part of it is not known' }) };
}
