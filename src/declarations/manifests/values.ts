import type { SourceSpan } from '../source-span.ts';
import type { KnownValue, Origin, Resolved, Scalar, UnknownValue } from '../value.ts';

export function known(value: Scalar, ...origins: readonly Origin[]): KnownValue {
  return { kind: 'known', value, origins };
}

export function unknown(why: string, ...origins: readonly Origin[]): UnknownValue {
  return { kind: 'unknown', why, origins };
}

/** A station in a manifest: "DB_POOL_MAX in k8s/api.yaml"; with what other readers of the file have there. */
export function inManifest(what: string, place: SourceSpan, differs?: string): Origin {
  const note = differs === undefined ? '' : ` (${differs.replace(/\.$/, '')})`;
  return { kind: 'manifest', text: `${what} in ${place.file}${note}`, place };
}

/** A whole number of at least 0 that a value comes to, also where it is written as text; undefined for anything else. */
export function countOf(value: Resolved | undefined): number | undefined {
  if (value?.kind !== 'known') return undefined;
  const text = String(value.value).trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
