import type { FleetCount } from '../../budget/model.ts';
import { leastOf } from '../../budget/service-demand.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { Resolved } from '../../declarations/value.ts';

export function knownCount(value: number, from?: string, place?: SourceSpan): FleetCount {
  return { kind: 'known', value, ...(from !== undefined && { from }), ...(place && { place }) };
}

export function unknownCount(atLeast: number, why: string, settledBy: string, place?: SourceSpan): FleetCount {
  return { kind: 'unknown', atLeast, why, settledBy, ...(place && { place }) };
}

/** A number of a file as a part of the budget; what the file does not say stays unknown. */
export function countFrom(value: Resolved, atLeast: number, settledBy: string): FleetCount {
  const place = value.origins.find((origin) => origin.place)?.place;
  const count = countOf(value);
  if (count !== undefined) return knownCount(count, value.origins[0]?.text, place);
  return unknownCount(atLeast, value.kind === 'unknown' ? value.why : 'it is no whole number', settledBy, place);
}

/** Several together: unknown where one is, and then at least the sum of what each is at least. */
export function sumOfCounts(counts: readonly FleetCount[]): FleetCount {
  const sum = counts.reduce((total, count) => total + leastOf(count), 0);
  const unclear = counts.find((count) => count.kind === 'unknown');
  const [first] = counts;
  if (unclear) return { ...unclear, atLeast: sum };
  return counts.length === 1 && first
    ? first
    : knownCount(sum, first?.kind === 'known' ? first.from : undefined, first?.place);
}
