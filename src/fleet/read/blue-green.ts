import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { ReadUnit } from './unit.ts';

/** Names what rolls out both colours. */
export function colourRelease(colours: ReadonlySet<string>): string {
  return `blue/green: ${[...colours].join(', ')}`;
}

/** A unit in which services of two colours are one: one colour runs, and both during a release. */
export function inColours(unit: ReadUnit, colours: ReadonlySet<string>): ReadUnit {
  if (colours.size === 0 || !unit.manifests.services.some(({ place }) => colours.has(place.file))) return unit;
  const kept = new Map<string, DeployedService>();
  const others: DeployedService[] = [];
  for (const service of unit.manifests.services) {
    if (!colours.has(service.place.file)) others.push(service);
    else {
      const before = kept.get(service.name);
      if (!before || (countOf(service.most) ?? 0) > (countOf(before.most) ?? 0)) kept.set(service.name, service);
    }
  }
  const release = colourRelease(colours);
  const both = [...kept.values()].map(
    (service): DeployedService => ({
      ...service,
      surge: { kind: 'percent', percent: 100, rounds: 'up' },
      upgradedWith: release,
    }),
  );
  return { ...unit, manifests: { ...unit.manifests, services: [...both, ...others] } };
}
