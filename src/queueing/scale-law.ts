import type { HoldLaw } from './hold-law.ts';

/** The law of `factor` times the hold time. */
export function scaleLaw(law: HoldLaw, factor: number): HoldLaw {
  switch (law.kind) {
    case 'constant':
    case 'exponential':
      return { ...law, meanMs: law.meanMs * factor };
    case 'lognormal':
      return { ...law, medianMs: law.medianMs * factor };
    case 'gamma':
      return { ...law, scaleMs: law.scaleMs * factor };
    case 'samples':
      return { ...law, factor: (law.factor ?? 1) * factor };
    case 'histogram':
      return {
        ...law,
        buckets: law.buckets.map(({ fromMs, toMs, count }) => ({
          fromMs: fromMs * factor,
          toMs: toMs * factor,
          count,
        })),
      };
    case 'mixture':
      return { ...law, parts: law.parts.map((part) => ({ ...part, law: scaleLaw(part.law, factor) })) };
    default:
      return law satisfies never;
  }
}
