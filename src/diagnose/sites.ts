import type { Cause, SiteFigures } from './diagnosis.ts';
import type { Scene } from './scene.ts';
import type { Span } from './spans.ts';

const mostSites = 5;

/** Where in the code it is, by the stacks that were taken: who leaked, or else who held connections and who waited. */
export function sitesOf({ leaked, nested, spans, time }: Scene, cause: Cause | undefined): SiteFigures[] {
  if (cause === 'leak') return counted(leaked, 'leaked');
  if (cause === 'nested-acquire') {
    const holders = new Set(nested.map(({ holder }) => holder));
    const waiters = nested.map(({ waiter }) => waiter);
    return [...counted([...holders], 'held one and waited'), ...counted(waiters, 'waited')];
  }
  const { fromMs, toMs } = time ?? { fromMs: 0, toMs: 0 };
  return counted(
    spans.filter(({ grantedMs, returnedMs }) => grantedMs < toMs && returnedMs > fromMs),
    'held',
  );
}

function counted(spans: readonly Span[], role: SiteFigures['role']): SiteFigures[] {
  const counts = new Map<string, number>();
  for (const { acquire } of spans) {
    if (acquire.site !== undefined) counts.set(acquire.site, (counts.get(acquire.site) ?? 0) + 1);
  }
  return [...counts]
    .map(([site, count]) => ({ site, count, role }))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostSites);
}
