import type { FleetFinding } from '../budget/answer.ts';
import type { FleetModel } from '../budget/model.ts';
import type { FileNote } from '../declarations/text-file.ts';
import { type FileTree, onDisk } from './file-tree.ts';
import { shareAccount } from './read/account-concurrency.ts';
import { colourRelease, inColours } from './read/blue-green.ts';
import { checkFloors, checkParts } from './read/check.ts';
import { classLimits } from './read/class-limits.ts';
import { codePoolsOf } from './read/code-pools-of.ts';
import { findFleet } from './read/find-files.ts';
import { findServices } from './read/found-services.ts';
import { gatherParts } from './read/gather.ts';
import { lintServers } from './read/lint-servers.ts';
import { joinSources } from './read/model.ts';
import { findPoolersOf } from './read/pooler-files.ts';
import { unreadRemarks } from './read/remarks/unread-files.ts';
import { remarksOn } from './read/remarks.ts';
import { readUnits } from './read/units-of.ts';

/** What files say of a fleet. */
export interface ReadFleet {
  readonly model: FleetModel;
  /** What the reader tells beside the budget: differences between what is written and what is read, defaults that decide. */
  readonly findings: readonly FleetFinding[];
  /** What was not read, and why. */
  readonly notes: readonly FileNote[];
  /** Files with a mistake and folders that nobody may read; of each there is a finding, too. */
  readonly unread: readonly FileNote[];
  /** The files of the fleet itself, relative to the folder of the user: fleet.yaml, servers/orders.yaml. */
  readonly own: readonly string[];
  /** All files that were read, those first. */
  readonly files: readonly string[];
}

/**
 * Reads a fleet: fleet.yaml, or files of servers, poolers and services in folders and repositories, joined with what
 * manifests, code and configuration say. What is written wins over what is read; what nobody says stays unknown.
 * @param paths files and folders, by `cwd`; the folder itself where there are none
 * @param tree the files as they are on disk, or as they were at a commit
 * @throws PoolctlError INPUT_INVALID with file, line and column; INPUT_UNREADABLE
 */
export async function readFleet(paths: readonly string[], cwd: string, tree: FileTree = onDisk): Promise<ReadFleet> {
  const found = findFleet(paths, cwd, tree);
  const gathered = gatherParts(found.files);
  const parts =
    gathered.servers.size > 0 ? gathered : { ...gathered, servers: await lintServers(found.roots, cwd, tree) };
  checkParts(parts);
  const fleet = parts.fleets.map(({ value }) => value);
  const read = readUnits(found, parts, cwd, tree);
  const colours = new Set(read.colours);
  const shared = read.shared.map((unit) => inColours(unit, colours));
  const own = new Map([...read.own].map(([name, unit]) => [name, inColours(unit, colours)]));
  const countsTerminating = fleet.some(({ terminating }) => terminating === 'count');
  const fleetFile = parts.fleets[0]?.in.file ?? 'fleet.yaml';
  const poolers = findPoolersOf(parts, { ...read, shared }, { fleetFile, countsTerminating });
  const services = findServices(parts.services.values(), { own, shared }, poolers.services);
  const concurrency = fleet.find(({ accountConcurrency }) => accountConcurrency !== undefined)?.accountConcurrency;
  const all = shareAccount(services.services, concurrency);
  const units = [...new Set([...shared, ...own.values(), ...read.ofPoolers.values()])];
  const databases = units.flatMap(({ manifests }) => manifests.databases ?? []);
  const classes = await classLimits(parts, databases);
  const rolloutsAtOnce = fleet.find((one) => one.rolloutsAtOnce !== undefined)?.rolloutsAtOnce;
  const joined = joinSources({
    ...{ parts, services: all, poolers: poolers.poolers, units, classes, countsTerminating },
    rollouts: {
      ...{ byFile: rolloutsAtOnce === undefined, fleetFile },
      ...(colours.size > 0 && { withColours: colourRelease(colours) }),
    },
    codePools: await codePoolsOf(units),
  });
  const model: FleetModel = {
    servers: joined.servers,
    services: joined.services,
    rolloutsAtOnce: rolloutsAtOnce ?? 1,
  };
  checkFloors(parts, model);
  const told = units.flatMap(({ manifests }) => manifests.notes);
  const notes = [...new Map([...told, ...read.filesUnread()].map((note) => [JSON.stringify(note), note])).values()];
  return {
    model,
    findings: [...remarksOn(joined, services.leftOut), ...unreadRemarks(notes)],
    notes: notes.filter(({ isBroken }) => !isBroken),
    unread: notes.filter(({ isBroken }) => isBroken),
    own: found.files.map((file) => file.in.file),
    files: [...found.files.map((file) => file.in.file), ...read.filesRead()],
  };
}
