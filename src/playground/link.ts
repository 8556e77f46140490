import type { Flags } from './core.ts';

/** Longer texts are no value of a flag. */
const longestValue = 200;

/** What the page is asked for: the flags, and those of the setting that they are compared with. */
export interface LinkedFlags {
  readonly flags: Flags;
  readonly before?: Flags;
}

/** `#tps=200&p95=300ms`, with `before=…` for a setting to compare with. */
export function hashOf({ flags, before }: LinkedFlags): string {
  const parameters = new URLSearchParams(textsOf(flags));
  if (before) parameters.set('before', new URLSearchParams(textsOf(before)).toString());
  return `#${parameters}`;
}

/** What a link asks for, of the flags that have a field; all else in it is passed over. */
export function askedBy(hash: string, known: readonly string[]): LinkedFlags {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const before = parameters.get('before');
  return {
    flags: flagsIn(parameters, known),
    ...(before !== null && { before: flagsIn(new URLSearchParams(before), known) }),
  };
}

function flagsIn(parameters: URLSearchParams, known: readonly string[]): Flags {
  const given = known.flatMap((flag) => {
    const text = parameters.get(flag)?.slice(0, longestValue) ?? '';
    return text === '' ? [] : [[flag, text] as const];
  });
  return Object.fromEntries(given);
}

function textsOf(flags: Flags): [string, string][] {
  return Object.entries(flags).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
