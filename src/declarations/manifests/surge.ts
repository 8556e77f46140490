/** How many instances a roll-out adds. */
export type Surge =
  | { readonly kind: 'count'; readonly count: number }
  /** Of the instances at that moment: Kubernetes rounds up, ECS down. */
  | { readonly kind: 'percent'; readonly percent: number; readonly rounds: 'up' | 'down' }
  | { readonly kind: 'unknown'; readonly why: string };

export const noSurge: Surge = { kind: 'count', count: 0 };

/**
 * The instances that a roll-out adds to that many; undefined where it is not known. Kubernetes: ceil(n x maxSurge)
 * (ResolveFenceposts in pkg/controller/deployment/util); ECS: floor(n x maximumPercent / 100) - n.
 */
export function surgeAt(surge: Surge, instances: number): number | undefined {
  if (surge.kind === 'unknown') return undefined;
  if (surge.kind === 'count') return instances === 0 ? 0 : surge.count;
  const share = (instances * surge.percent) / 100;
  return surge.rounds === 'up' ? Math.ceil(share) : Math.floor(share);
}
