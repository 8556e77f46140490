import type { PoolerInFiles } from '../../declarations/manifests/pooler.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import type { FleetParts } from '../written.ts';
import { declaredAt } from './found-services.ts';
import type { FleetPooler } from './poolers.ts';
import { refuseFleet } from './refuse.ts';
import type { ReadUnit } from './unit.ts';
import type { FleetUnits } from './units-of.ts';

/** The poolers of a fleet: those that its files name, and those that only manifests have; with the services that run them. */
export function findPoolersOf(
  parts: FleetParts,
  units: Pick<FleetUnits, 'shared' | 'ofPoolers'>,
  around: { readonly fleetFile: string; readonly countsTerminating: boolean },
): { poolers: readonly FleetPooler[]; services: ReadonlySet<string> } {
  const poolers: FleetPooler[] = [];
  const taken = new Set<string>();
  const services = new Set<string>();
  const add = (pooler: FleetPooler) => {
    poolers.push(pooler);
    if (pooler.inFiles) taken.add(declaredAt(pooler.inFiles));
    if (pooler.service) services.add(declaredAt(pooler.service));
  };
  for (const written of parts.poolers.values()) {
    const unit = units.ofPoolers.get(written.name);
    const inFiles = unit ? ownPooler(written.name, unit) : namedPooler(written.name, units.shared);
    if (unit && unit.manifests.poolers.length > 1 && !inFiles)
      throw refuseFleet(
        written,
        ['read'],
        `these files have ${unit.manifests.poolers.length} poolers, and none is named ${written.name}.`,
        'Name the file of one pooler.',
      );
    const service = serviceOf(inFiles, unit ? [unit] : units.shared) ?? (unit && onlyService(written.name, unit));
    const { value, in: file, path } = written;
    const place = inFiles?.place ?? file.placeOf(path);
    add({ ...around, name: written.name, written: value, place, inFiles, service });
  }
  const names = new Set([...parts.servers.keys(), ...parts.poolers.keys()]);
  for (const unit of units.shared) {
    for (const inFiles of unit.manifests.poolers) {
      if (taken.has(declaredAt(inFiles))) continue;
      const service = serviceOf(inFiles, [unit]);
      if (service && services.has(declaredAt(service))) continue;
      const name = freeName(inFiles, names);
      names.add(name);
      add({ ...around, name, written: {}, place: inFiles.place, inFiles, service });
    }
  }
  return { poolers, services };
}

function ownPooler(name: string, { manifests }: ReadUnit): PoolerInFiles | undefined {
  const { poolers } = manifests;
  return poolers.length === 1 ? poolers[0] : poolers.find(({ service }) => service === name);
}

function namedPooler(name: string, units: readonly ReadUnit[]): PoolerInFiles | undefined {
  return units.flatMap(({ manifests }) => manifests.poolers).find((pooler) => nameIn(pooler) === name);
}

function serviceOf(pooler: PoolerInFiles | undefined, units: readonly ReadUnit[]): DeployedService | undefined {
  if (pooler?.service === undefined) return undefined;
  return units.flatMap(({ manifests }) => manifests.services).find(({ name }) => name === pooler.service);
}

/** The files that the owner names for a pooler have one service: it runs it, whatever its image is called. */
function onlyService(name: string, { manifests }: ReadUnit): DeployedService | undefined {
  const { services } = manifests;
  return services.length === 1 ? services[0] : services.find((service) => service.name === name);
}

function freeName({ service, place }: PoolerInFiles, used: ReadonlySet<string>): string {
  const base = nameIn({ service, place });
  return used.has(base) ? `${base} (${place.file})` : base;
}

/** What a pooler is called where its owner gives it no other name: as what runs it, or as its file. */
function nameIn({ service, place }: Pick<PoolerInFiles, 'place'> & { readonly service?: string | undefined }): string {
  const [, file = 'pgbouncer'] = /([^/]+?)(?:\.ini)?$/.exec(place.file) ?? [];
  return service ?? file;
}
