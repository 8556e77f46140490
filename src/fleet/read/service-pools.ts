import { withoutUndefined } from '../../base/without-undefined.ts';
import type { BudgetPool, FleetCount } from '../../budget/model.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import type { WrittenPool } from '../schema.ts';
import { countFrom, knownCount, sumOfCounts, unknownCount } from './counts.ts';
import type { FoundPool } from './found-pool.ts';
import type { FoundService } from './found-services.ts';
import { loadSource, writtenLoad } from './load.ts';
import { refuseFleet } from './refuse.ts';

/** A pool of which it is known where it connects to. */
export interface PlacedPool extends FoundPool {
  readonly to: string;
}

/** What is typed and what is read of a size that is not the same. */
export interface SizeDifference {
  readonly to: string;
  readonly written: number;
  readonly read: number;
  readonly readFrom: string;
}

/** The pools of a service, one for each server: what is written wins over what is read. */
export function poolsOfService(
  { name, written, deployed, unit }: FoundService,
  found: readonly PlacedPool[],
  fleetFile: string,
): {
  pools: readonly BudgetPool[];
  differences: readonly SizeDifference[];
} {
  const byServer = new Map<string, PlacedPool[]>();
  for (const pool of found) byServer.set(pool.to, [...(byServer.get(pool.to) ?? []), pool]);
  const own = (written?.value.pools ?? []).map((pool, at) => ({ pool, at, to: targetOf(pool, at) }));
  const pools: BudgetPool[] = [];
  const differences: SizeDifference[] = [];
  const settledBy = `Write connectionLimit of a pool of services.${name} in ${fleetFile}.`;
  for (const to of new Set([...byServer.keys(), ...own.map((one) => one.to)])) {
    const read = byServer.get(to) ?? [];
    const typed = own.filter((one) => one.to === to);
    const sizes = typed.flatMap(({ pool }) => writtenSize(pool, deployed, unit, settledBy) ?? []);
    const parts = sizes.length > 0 ? sizes : read.map(({ size, parts, setting }) => ({ size, parts, setting }));
    const size = settled(
      parts.length > 0
        ? sumOfCounts(parts.map((part) => part.size))
        : unknownCount(1, 'no file says how large its pool is', settledBy),
      settledBy,
    );
    const ofFiles = read.length > 0 ? sumOfCounts(read.map((pool) => pool.size)) : undefined;
    if (
      typed.some(({ pool }) => pool.connectionLimit !== undefined) &&
      size.kind === 'known' &&
      ofFiles?.kind === 'known' &&
      ofFiles.value !== size.value
    )
      differences.push({ to, written: size.value, read: ofFiles.value, readFrom: ofFiles.from ?? 'its files' });
    const settings = [...new Set(parts.flatMap((part) => part.setting ?? []))];
    const first = typed[0]?.pool;
    const load = first?.load && written && writtenLoad(first.load, written, ['pools', typed[0]?.at ?? 0, 'load']);
    const place = read[0]?.place ?? size.place;
    const pool: BudgetPool = {
      ...{ to, size, parts: parts.flatMap((part) => part.parts) },
      nested: first?.nested ?? 1,
      priority: first?.priority ?? 1,
      ...(settings.length > 0 && { setting: settings.join(' + ') }),
      ...withoutUndefined({
        role: first?.role ?? written?.value.role ?? read.find((one) => one.endpoint?.role)?.endpoint?.role,
        load,
        loadSource: written && loadSource(first?.load, written, ['pools', typed[0]?.at ?? 0, 'load']),
        place,
      }),
    };
    pools.push(pool);
  }
  return { pools, differences };

  function targetOf(pool: WrittenPool, at: number): string {
    if (pool.to !== undefined) return pool.to;
    const [only, another] = byServer.keys();
    if (only !== undefined && another === undefined) return only;
    throw written
      ? refuseFleet(
          written,
          ['pools', at],
          only === undefined ? 'nothing says which server it is for.' : 'it may be for several servers.',
          'Write to: the name of a server or pooler.',
        )
      : new Error('A pool that nobody has written.');
  }
}

function settled(count: FleetCount, settledBy: string): FleetCount {
  return count.kind === 'unknown' && count.settledBy === '' ? { ...count, settledBy } : count;
}

interface Part {
  readonly size: FleetCount;
  readonly parts: BudgetPool['parts'];
  readonly setting?: string | undefined;
}

/** The size that a pool of the fleet's file has, or the variable that it names; undefined where it leaves that to the files. */
function writtenSize(
  { connectionLimit, variable, setting }: WrittenPool,
  deployed: readonly DeployedService[],
  unit: FoundService['unit'],
  settledBy: string,
): Part | undefined {
  if (connectionLimit !== undefined) {
    const parts = [{ name: setting ?? 'connectionLimit', connections: connectionLimit }];
    return { size: knownCount(connectionLimit, 'the file of the fleet'), parts, setting };
  }
  if (variable === undefined) return undefined;
  const value = variableSeenBy(variable, deployed, unit);
  const size = value ? countFrom(value, 1, settledBy) : unknownCount(1, `${variable} is set in no file`, settledBy);
  const parts = size.kind === 'known' ? [{ name: variable, connections: size.value }] : [];
  return { size, parts, setting: setting ?? variable };
}

/** A variable as the service sees it: of its containers, or else of the environment files beside its code. */
export function variableSeenBy(name: string, deployed: readonly DeployedService[], unit: FoundService['unit']) {
  for (const service of deployed) {
    const own = service.env.get(name);
    if (own) return own;
  }
  const place = deployed[0]?.place.file ?? unit?.paths[0];
  const all = unit?.paths ?? [];
  return place === undefined
    ? undefined
    : [place, ...all].map((path) => unit?.environment.valuesOf(name, path)[0]).find((value) => value !== undefined);
}
