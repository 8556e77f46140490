import type { FleetFile, FleetParts, Written } from '../written.ts';
import { placeWords } from '../written.ts';
import type { ParsedFile } from './parse-file.ts';
import { refuseFleet } from './refuse.ts';

type Kind = 'server' | 'pooler' | 'service';

/**
 * All files of a fleet as one. A server and a pooler share their names: services connect to either.
 * @throws PoolctlError INPUT_INVALID where two have one name
 */
export function gatherParts(files: readonly ParsedFile[]): FleetParts {
  const [servers, poolers, services] = [new Map(), new Map(), new Map()] as FleetMaps;
  const add = <Value>(into: Map<string, Written<Value>>, kind: Kind, written: Written<Value>) => {
    const rivals: readonly ReadonlyMap<string, Written<unknown>>[] =
      kind === 'service' ? [services] : [servers, poolers];
    const before = rivals.map((rival) => rival.get(written.name)).find(Boolean);
    if (before) throw twice(kind, written, before);
    into.set(written.name, written);
  };
  const whole = (file: FleetFile, name: string) => ({ name, in: file, path: [] });
  const each = <Value>(of: Record<string, Value> | undefined, key: string, file: FleetFile): Written<Value>[] =>
    Object.entries(of ?? {}).map(([name, value]) => ({ name, value, in: file, path: [key, name] }));
  const fleets: { value: FleetParts['fleets'][number]['value']; in: FleetFile }[] = [];
  for (const file of files) {
    if (file.kind === 'server') add(servers, 'server', { ...whole(file.in, file.name), value: file.value });
    else if (file.kind === 'pooler') add(poolers, 'pooler', { ...whole(file.in, file.name), value: file.value });
    else if (file.kind === 'service') add(services, 'service', { ...whole(file.in, file.name), value: file.value });
    else {
      fleets.push({ value: file.value, in: file.in });
      for (const one of each(file.value.servers, 'servers', file.in)) add(servers, 'server', one);
      for (const one of each(file.value.poolers, 'poolers', file.in)) add(poolers, 'pooler', one);
      for (const one of each(file.value.services, 'services', file.in)) add(services, 'service', one);
    }
  }
  return { fleets, servers, poolers, services };
}

type Mutable<Type> = Type extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never;
type FleetMaps = [Mutable<FleetParts['servers']>, Mutable<FleetParts['poolers']>, Mutable<FleetParts['services']>];

function twice(kind: Kind, written: Written<unknown>, before: Written<unknown>) {
  const place = placeWords(before.in.placeOf(before.path));
  const what = kind === 'service' ? 'a service' : 'a server or pooler';
  return refuseFleet(
    written,
    [],
    `${place} has ${what} named ${written.name} already.`,
    'Give each a name of its own, or leave the one that is meant.',
  );
}
