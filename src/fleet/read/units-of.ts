import { folderOf } from '../../declarations/code/paths.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import type { FileTree } from '../file-tree.ts';
import type { FleetParts, Written } from '../written.ts';
import type { FoundFleet } from './find-files.ts';
import { refuseFleet } from './refuse.ts';
import { type ReadUnit, Units } from './unit.ts';

/** The files that a fleet reads, by who reads them. */
export interface FleetUnits {
  /** What services and poolers without files of their own are looked for in. */
  readonly shared: readonly ReadUnit[];
  /** By the name of the service. */
  readonly own: ReadonlyMap<string, ReadUnit>;
  readonly ofPoolers: ReadonlyMap<string, ReadUnit>;
  /** Files of blue and green. */
  readonly colours: readonly string[];
  filesRead(): readonly string[];
  /** Files that nobody may read. */
  filesUnread(): readonly FileNote[];
}

/** @throws PoolctlError INPUT_INVALID where `read` names nothing */
export function readUnits(found: FoundFleet, parts: FleetParts, cwd: string, tree: FileTree): FleetUnits {
  const units = new Units(cwd, new Set(found.files.map((file) => file.in.file)), tree);
  const own = new Map<string, ReadUnit>();
  const ofPoolers = new Map<string, ReadUnit>();
  const folders = new Map<string, string>(found.files.map((file) => [file.in.file, file.folder]));
  const readBy = (written: Written<{ read?: string | string[] | undefined }>, into: Map<string, ReadUnit>) => {
    if (written.value.read === undefined) return false;
    into.set(written.name, unitOf(units, [written.value.read].flat(), written));
    return true;
  };
  const left = [...parts.services.values()].filter((service) => !readBy(service, own));
  for (const pooler of parts.poolers.values()) if (!readBy(pooler, ofPoolers)) left.push(pooler as never);
  const shared: ReadUnit[] = [];
  const covered = new Set<string>();
  for (const { value, in: file } of parts.fleets) {
    const folder = folders.get(file.file) ?? folderOf(file.file);
    covered.add(folder);
    const whole = { value, in: file, path: [], name: '' };
    shared.push(value.read === undefined ? units.of(['.'], folder) : unitOf(units, [value.read].flat(), whole));
  }
  const bare =
    found.files.length === 0 ? found.roots : [...new Set(left.map(({ in: file }) => folders.get(file.file) ?? ''))];
  for (const root of bare) if (!covered.has(root)) shared.push(units.of(['.'], root));
  for (const root of found.roots) {
    const isFleet = found.files.some(({ folder }) => folder === root);
    if (!isFleet && !covered.has(root) && !bare.includes(root)) shared.push(units.of(['.'], root));
  }
  const colours = parts.fleets.flatMap(({ value, in: file }) =>
    (value.blueGreen ?? []).map((path) => join(folderOf(file.file), path)),
  );
  return {
    ...{ shared: [...new Set(shared)], own, ofPoolers, colours },
    filesRead: () => units.filesRead,
    filesUnread: () => units.filesUnread,
  };
}

function join(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

function unitOf(units: Units, globs: readonly string[], written: Written<unknown>): ReadUnit {
  const unit = units.of(globs, folderOf(written.in.file));
  const [missing] = unit.missing;
  if (missing === undefined) return unit;
  throw refuseFleet(
    written,
    ['read'],
    `${missing} names no file.`,
    'Paths are relative to the folder of this file; * and ** are for several.',
  );
}
