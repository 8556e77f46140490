import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Spelling } from '../declarations/amount.ts';
import { type Classified, classify, optionsIndex, type Profiles } from '../declarations/classify.ts';
import { isSettable, type Settable } from '../declarations/concepts.ts';
import { type DeclaredEntry, shownKey } from '../declarations/entry.ts';
import type { KnownOption } from '../declarations/options.ts';
import type { Picked, Reader } from '../declarations/reader.ts';
import { type Settled, settle } from '../declarations/settle.ts';
import type { DriverOptions } from '../profiles/driver.ts';

/** A pool that a file declares, before anything is made of its values. */
export interface FilePool {
  /** What --at calls it; empty where the file has nothing else. */
  readonly at: string;
  /** The profile of Spring Boot that it is for, where the file has several. */
  readonly springProfile?: string;
  /** What --from calls its system. */
  readonly name: string;
  readonly reader: Reader;
  readonly picked: Picked;
  readonly profile: DriverOptions;
  readonly spelling: Spelling;
  readonly engine?: EngineId;
  /** The options that its library has, where the reader's profile does not say it all. */
  readonly index?: readonly KnownOption[];
  readonly version?: string;
  readonly opaque?: string;
  /** Other values of its file that programs read differently, and that may matter to it. */
  readonly differing?: readonly DeclaredEntry[];
}

/** The pools of a file, and what is known of the systems that they may be of. */
export interface PoolsFound {
  readonly drafts: readonly FilePool[];
  readonly profiles: Profiles;
}

/** A pool of a file with its settings, and all else that the file says of it. */
export interface PoolRead extends Settled, Pick<Classified, 'leftovers' | 'byReference'> {
  readonly at: string;
  readonly springProfile?: string;
  readonly name: string;
  readonly reader: Reader;
  readonly engine: EngineId | undefined;
  readonly driver: string;
  readonly picked: Picked;
  readonly differing?: readonly DeclaredEntry[];
}

/** @throws PoolctlError INPUT_INVALID, INPUT_CONTRADICTION or INPUT_MISSING with file and line */
export function settlePool(draft: FilePool, profiles: Profiles): PoolRead {
  const { at, springProfile, name, reader, profile, spelling, version, index } = draft;
  const picked = withFailFast(draft.picked);
  const opaque = draft.opaque ?? picked.opaque;
  const { candidates, additions, leftovers, byReference } = classify(reader, picked, profiles, spelling.file, index);
  const settled = settledOf(draft, () =>
    settle(
      candidates,
      { ...picked, additions },
      {
        profile,
        title: reader.title,
        spelling,
        ...(version !== undefined && { version }),
        ...(opaque !== undefined && { opaque }),
        ...(index && { mains: mainsOf(index) }),
      },
    ),
  );
  return {
    ...{ at, name, reader, picked, leftovers, byReference, ...settled },
    driver: picked.driver,
    engine: draft.engine ?? picked.engine,
    ...(draft.differing && { differing: draft.differing }),
    ...(springProfile !== undefined && { springProfile }),
  };
}

/** Where something is missing that a value may have had before its reader cut it, the error says so. */
function settledOf({ differing = [], spelling }: FilePool, settled: () => Settled): Settled {
  try {
    return settled();
  } catch (error) {
    const [cut] = differing;
    if (!(error instanceof PoolctlError) || error.code !== 'INPUT_MISSING' || !cut) throw error;
    const place = `${spelling.file}:${cut.line}: ${shownKey(cut.key)}: ${cut.differs}`;
    throw new PoolctlError(error.code, error.message, { hint: `${place} ${error.hint ?? ''}`.trim() });
  }
}

/** The first option of each kind: the one whose default holds where none is given. */
function mainsOf(index: readonly KnownOption[]): ReadonlyMap<Settable, KnownOption> {
  const mains = new Map<Settable, KnownOption>();
  for (const option of index) {
    const { concept, role } = option;
    if (isSettable(concept) && role !== 'and' && !mains.has(concept)) mains.set(concept, option);
  }
  return mains;
}

/** Whether the file sets anything of the pool; an address alone makes none. */
export function hasSettings({ reader, picked, index }: FilePool, profiles: Profiles): boolean {
  const names = new Set((index ?? optionsIndex(reader, picked, profiles)).map(({ name }) => name));
  return (picked.direct ?? []).length > 0 || picked.options.some(({ name }) => names.has(name));
}

/** Whether one of the main settings of a pool is among them, and where. */
export function mainSettings({ reader, picked, index }: FilePool, profiles: Profiles): Picked['options'] {
  const known = (index ?? optionsIndex(reader, picked, profiles)).filter(
    ({ concept, role, perCall }) => isSettable(concept) && role !== 'and' && !perCall,
  );
  const names = new Set(known.map(({ name }) => name));
  return picked.options.filter(({ name, misplaced }) => names.has(name) && misplaced === undefined);
}

/** The drivers of MySQL refuse at once by `waitForConnections: false`, whatever hands it on to them. */
function withFailFast(picked: Picked): Picked {
  if (picked.nobodyWaits) return picked;
  const nobodyWaits = picked.options.find(
    ({ name, value }) => /(?:^|\.)waitForConnections$/.test(name) && String(value) === 'false',
  );
  return nobodyWaits ? { ...picked, nobodyWaits } : picked;
}
